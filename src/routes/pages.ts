import { getCookie } from 'hono/cookie';
import { acceptedLanguage, languageOf } from '../protocol/accept-language.ts';
import { languageCookie } from '../protocol/language-cookie.ts';
import type { Settings } from '../settings.ts';
import { type AppContext, settingsOf } from './http/app-env.ts';

/** The origin of Turnstile's widget and of its frame. */
const turnstileOrigin = 'https://challenges.cloudflare.com';

/**
 * The policy of Redraw's own pages: own scripts and styles only, previews as the only frames, no framing by others. With Turnstile on,
 * Cloudflare's widget is allowed too.
 */
function contentSecurityPolicy(protocol: string, { previewHost, turnstile }: Settings): string {
  const [widget, policy] = turnstile === null ? ['', ''] : [` ${turnstileOrigin}`, ' default'];
  return [
    "default-src 'none'",
    `script-src 'self'${widget}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    `frame-src ${protocol}//*.${previewHost}${widget}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types dompurify${policy}`,
  ].join('; ');
}

function pageHeaders(c: AppContext): Headers {
  const { protocol } = new URL(c.req.url);
  return new Headers({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy(protocol, settingsOf(c.env)),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Cache-Control': 'no-cache',
  });
}

function fetchAsset(c: AppContext, path: string): Promise<Response> {
  return c.env.ASSETS.fetch(new URL(path, c.req.url));
}

/** @throws Error if the page was not built */
function htmlResponse(c: AppContext, html: Response, status = 200): Response {
  if (!html.ok) throw new Error('A page of the web app is not there.');
  return new Response(c.req.method === 'HEAD' ? null : html.body, { status, headers: pageHeaders(c) });
}

/** A page of the web app. All pages but the landing page share one document. */
export async function appPage(c: AppContext): Promise<Response> {
  return htmlResponse(c, await fetchAsset(c, '/_redraw/app/index.html'));
}

/** The page of plans, where the operator has credits on. */
export const plansPage = (c: AppContext): Promise<Response> => (settingsOf(c.env).credits ? appPage(c) : notFound(c));

/** The page of a project. Preload links let the browser fetch the project's data while the script loads. */
export async function projectPage(c: AppContext): Promise<Response> {
  const response = await appPage(c);
  const project = `/api/sessions/${c.req.param('id')}`;
  for (const path of [`${project}/events?after=0`, project, '/api/account'])
    response.headers.append('Link', `<${path}>; rel=preload; as=fetch; crossorigin=anonymous`);
  return response;
}

/** A prerendered page, in the language that was chosen in this browser, or else in that of the browser. */
async function translatedPage(c: AppContext, page: string, status: 200 | 404 | 500): Promise<Response> {
  const language = languageOf(getCookie(c, languageCookie)) ?? acceptedLanguage(c.req.header('Accept-Language'));
  const name = language === 'en' ? page : `${page}.${language}`;
  const response = htmlResponse(c, await fetchAsset(c, `/_redraw/app/${name}.html`), status);
  response.headers.set('Vary', 'Accept-Language, Cookie');
  return response;
}

/** The landing page: prerendered, so that it can be read and typed into before its script has loaded. */
export const landingPage = (c: AppContext): Promise<Response> => translatedPage(c, 'landing', 200);

/** A built file of the web app: immutable, because its name contains a hash. */
export async function appAsset(c: AppContext): Promise<Response> {
  const found = await fetchAsset(c, c.req.path);
  if (!found.ok || c.req.path.endsWith('.html')) return notFound(c);
  const headers = new Headers(found.headers);
  headers.set('Cache-Control', 'public, max-age=31536000, immutable');
  return new Response(found.body, { status: found.status, headers });
}

/** The licences of what is served of others, as the build has written them. */
export async function thirdParty(c: AppContext): Promise<Response> {
  const found = await fetchAsset(c, '/_redraw/THIRD-PARTY.txt');
  if (!found.ok) return notFound(c);
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache' };
  return new Response(c.req.method === 'HEAD' ? null : found.body, { headers });
}

/** Whether a page is an answer to this request: not to a script, a picture or a call. A client that names no types may get one. */
function wantsPage(c: AppContext): boolean {
  const destination = c.req.header('Sec-Fetch-Dest') ?? 'document';
  if (!['document', 'frame', 'iframe', 'empty'].includes(destination)) return false;
  const types = c.req.header('Accept') ?? '*/*';
  // A script is asked for with */*, so that alone is no wish for a page where Redraw's own files are.
  return (c.req.path.startsWith('/_redraw/') ? /\btext\/html\b/ : /\btext\/(?:html|\*)|\*\/\*/).test(types);
}

function plainText(c: AppContext, text: string, status: number, headers: Record<string, string> = {}): Response {
  return new Response(c.req.method === 'HEAD' ? null : `${text}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
  });
}

/** The answer where there is nothing: a page for who looks, one line for all else. */
export async function notFound(c: AppContext): Promise<Response> {
  return wantsPage(c) ? translatedPage(c, 'not-found', 404) : plainText(c, 'There is nothing at this address.', 404);
}

/** The answer to a method that pages do not have (RFC 9110, 15.5.6). */
export function onlyRead(c: AppContext): Response {
  return plainText(c, 'Pages are for reading.', 405, { Allow: 'GET, HEAD' });
}

/** The answer where a page broke. */
export async function brokenPage(c: AppContext): Promise<Response> {
  const sentence = 'Something broke on our side. Nothing was lost; load the page again in a moment.';
  if (!wantsPage(c)) return plainText(c, sentence, 500);
  // What broke may be what the page is made of: the settings, or the built files.
  return translatedPage(c, 'broken', 500).catch(() => plainText(c, sentence, 500));
}
