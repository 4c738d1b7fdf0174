import { acceptedLanguage } from '../protocol/accept-language.ts';
import { bridgeTag } from './html-page.ts';
import type { ShelfManifest } from './library-shelf.ts';
import { pageWords, wordsPage } from './page-words.ts';
import { isOrigin, securityHeaders } from './security-headers.ts';
import { refuseServiceWorker } from './service-worker-refusal.ts';

/** The project's own server in its container, which answers the preview instead of `serve-project-file.ts`. */
export interface ProxyTarget {
  /** Name of the container. */
  sandbox: string;
  port: number;
  /** The revision of the files that the server has received. */
  revision: number;
  /** Origins that may frame the preview. */
  frameAncestors: string[];
}

/** Request headers that no app gets: cookies, which may belong to other apps, and headers that Cloudflare or Redraw has added. */
const withheldRequestHeaders =
  /^(?:cookie|accept-encoding|cf-.*|x-forwarded-.*|x-real-ip|true-client-ip|cdn-loop|x-redraw-.*)$/;

/** Response headers that no app may set: their effects would outlast the app on its host, or reach beyond it. */
const strippedResponseHeaders = [
  'set-cookie',
  'service-worker-allowed',
  'clear-site-data',
  'strict-transport-security',
  'alt-svc',
];

/** The request that is forwarded to the app's server. */
export function toServerRequest(request: Request): Request {
  const headers = new Headers();
  for (const [name, value] of request.headers) if (!withheldRequestHeaders.test(name)) headers.set(name, value);
  // The bridge can be inserted into an uncompressed page only.
  headers.set('Accept-Encoding', 'identity');
  return new Request(request, { headers, redirect: 'manual' });
}

/** The answer to a request that is not forwarded; null where it is. */
export function proxyRefusal(request: Request): { status: number; sentence: string } | null {
  const { headers } = request;
  const url = new URL(request.url);
  const serviceWorker = refuseServiceWorker((name) => headers.get(name));
  if (serviceWorker) return serviceWorker;
  if (url.pathname === '/_redraw' || url.pathname.startsWith('/_redraw/'))
    return { status: 404, sentence: pageWords[acceptedLanguage(headers.get('Accept-Language'))].refusals.file };
  const origin = headers.get('Origin');
  if (headers.get('Upgrade')?.toLowerCase() === 'websocket' && origin !== null && origin !== url.origin)
    return { status: 403, sentence: 'A preview talks to itself alone.' };
  return null;
}

/** The response for the browser: the server's answer with the security headers of every preview, and the bridge in its pages. */
export function toBrowserResponse(
  answer: Response,
  { revision, frameAncestors }: ProxyTarget,
  shelf: Pick<ShelfManifest, 'bridge'>,
): Response {
  const headers = new Headers(answer.headers);
  for (const name of strippedResponseHeaders) headers.delete(name);
  setSecurityHeaders(headers, frameAncestors);
  const isPage = /^text\/html\b/i.test(headers.get('Content-Type') ?? '') && answer.body !== null;
  if (!isPage) return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
  for (const name of ['content-length', 'etag', 'last-modified']) headers.delete(name);
  headers.set('Cache-Control', 'no-store');
  const tag = bridgeTag(shelf, { revision, parents: frameAncestors.filter(isOrigin) });
  let isInserted = false;
  // A page may omit its html, head and body tags.
  const insert = (element: Element): void => {
    if (isInserted || element.tagName === 'html') return;
    isInserted = true;
    if (element.tagName === 'head' || element.tagName === 'body') element.prepend(tag, { html: true });
    else element.before(tag, { html: true });
  };
  const append = (end: DocumentEnd): void => {
    if (!isInserted) end.append(tag, { html: true });
  };
  const page = new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
  return new HTMLRewriter().on('*', { element: insert }).onDocument({ end: append }).transform(page);
}

/** The answer while the app's server starts; a page reloads itself every second. */
export function serverStartingPage({ frameAncestors }: ProxyTarget, request: Request): Response {
  const headers = new Headers({ 'Cache-Control': 'no-store', 'Retry-After': '1' });
  setSecurityHeaders(headers, frameAncestors);
  if (!/\btext\/html\b/.test(request.headers.get('Accept') ?? ''))
    return new Response('The server of this app is starting.\n', { status: 503, headers });
  const language = acceptedLanguage(request.headers.get('Accept-Language'));
  headers.set('Content-Type', 'text/html; charset=utf-8');
  headers.set('Content-Language', language);
  const { title, text } = pageWords[language].starting;
  const html = wordsPage(language, title, '<meta http-equiv="refresh" content="1">', `<p role="status">${text}</p>`);
  return new Response(html, { status: 503, headers });
}

function setSecurityHeaders(headers: Headers, frameAncestors: readonly string[]): void {
  for (const [name, value] of securityHeaders(frameAncestors)) {
    // Appended to the app's own policy: a browser enforces both.
    if (name === 'Content-Security-Policy') headers.append(name, value);
    else headers.set(name, value);
  }
}
