import { accepts } from 'hono/accepts';
import type { Settings } from '../settings.ts';
import { type AppContext, settingsOf } from './http/app-env.ts';

const notFoundPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Not found · Redraw</title>
<p>There is nothing at this address. <a href="/">Start at the front page.</a></p>
</html>
`;

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
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
}

function fetchAsset(c: AppContext, path: string): Promise<Response> {
  return c.env.ASSETS.fetch(new URL(path, c.req.url));
}

function htmlResponse(c: AppContext, html: Response): Response {
  return new Response(c.req.method === 'HEAD' ? null : html.body, { headers: pageHeaders(c) });
}

/** A page of the web app. All pages but the landing page share one document. */
export async function appPage(c: AppContext): Promise<Response> {
  return htmlResponse(c, await fetchAsset(c, '/_redraw/app/index.html'));
}

/** The page of a project. Preload links let the browser fetch the project's data while the script loads. */
export async function projectPage(c: AppContext): Promise<Response> {
  const response = await appPage(c);
  const project = `/api/sessions/${c.req.param('id')}`;
  for (const path of [`${project}/events?after=0`, project, '/api/account'])
    response.headers.append('Link', `<${path}>; rel=preload; as=fetch; crossorigin=anonymous`);
  return response;
}

/** The landing page, in the language of the browser: prerendered, so that it can be read and typed into before its script has loaded. */
export async function landingPage(c: AppContext): Promise<Response> {
  const languages = ['en', 'de', 'fr'];
  const language = accepts(c, {
    header: 'Accept-Language',
    supports: languages,
    default: 'en',
    match: (wanted) =>
      wanted.map(({ type }) => type.toLowerCase().slice(0, 2)).find((wish) => languages.includes(wish)) ?? 'en',
  });
  const name = language === 'en' ? 'landing' : `landing.${language}`;
  const response = htmlResponse(c, await fetchAsset(c, `/_redraw/app/${name}.html`));
  response.headers.set('Vary', 'Accept-Language');
  return response;
}

/** A built file of the web app: immutable, because its name contains a hash. */
export async function appAsset(c: AppContext): Promise<Response> {
  const found = await fetchAsset(c, c.req.path);
  if (!found.ok || c.req.path.endsWith('.html')) return notFound(c);
  const headers = new Headers(found.headers);
  headers.set('Cache-Control', 'public, max-age=31536000, immutable');
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  return new Response(found.body, { status: found.status, headers });
}

export function notFound(c: AppContext): Response {
  const headers = pageHeaders(c);
  headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  return new Response(c.req.method === 'HEAD' ? null : notFoundPage, { status: 404, headers });
}
