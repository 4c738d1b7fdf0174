import { bridgeTag } from './html-page.ts';
import type { ShelfManifest } from './library-shelf.ts';
import { isOrigin, securityHeaders } from './security-headers.ts';

/** A preview that a server of the project's own answers, in its container. */
export interface ProxyTarget {
  /** Names the container. */
  sandbox: string;
  port: number;
  /** The revision that its files are, as far as the server has seen them. */
  revision: number;
  /** Origins that may frame it. */
  frameAncestors: string[];
}

/** Headers that no app gets: what a browser holds of other apps, and what the way here has added. */
const withheldRequestHeaders =
  /^(?:cookie|accept-encoding|cf-.*|x-forwarded-.*|x-real-ip|true-client-ip|cdn-loop|x-redraw-.*)$/;

/** Headers that no app sets: on its own host they would outlive it, or reach beyond it. */
const strippedResponseHeaders = [
  'set-cookie',
  'service-worker-allowed',
  'clear-site-data',
  'strict-transport-security',
  'alt-svc',
];

/** A request as it goes to the app's server. */
export function toServerRequest(request: Request): Request {
  const headers = new Headers();
  for (const [name, value] of request.headers) if (!withheldRequestHeaders.test(name)) headers.set(name, value);
  // What is not compressed can be added to.
  headers.set('Accept-Encoding', 'identity');
  return new Request(request, { headers, redirect: 'manual' });
}

/** Why a request goes to no server, or null. */
export function proxyRefusal(request: Request): { status: number; sentence: string } | null {
  const { headers } = request;
  const url = new URL(request.url);
  if (headers.has('service-worker') || headers.get('sec-fetch-dest') === 'serviceworker')
    return { status: 403, sentence: 'A preview has no service worker.' };
  if (url.pathname === '/_redraw' || url.pathname.startsWith('/_redraw/'))
    return { status: 404, sentence: 'There is no such file.' };
  const origin = headers.get('Origin');
  if (headers.get('Upgrade')?.toLowerCase() === 'websocket' && origin !== null && origin !== url.origin)
    return { status: 403, sentence: 'A preview talks to itself alone.' };
  return null;
}

/** An answer of the app's server as the browser gets it: with the headers of every preview, and the bridge in its pages. */
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
  // A page may do without its outer tags.
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

/** What is seen while there is nothing to see yet. */
export function serverStartingPage({ frameAncestors }: ProxyTarget, wantsPage: boolean): Response {
  const headers = new Headers({ 'Cache-Control': 'no-store', 'Retry-After': '1' });
  setSecurityHeaders(headers, frameAncestors);
  if (!wantsPage) return new Response('The server of this app is starting.\n', { status: 503, headers });
  headers.set('Content-Type', 'text/html; charset=utf-8');
  return new Response(startingHtml, { status: 503, headers });
}

function setSecurityHeaders(headers: Headers, frameAncestors: readonly string[]): void {
  for (const [name, value] of securityHeaders(frameAncestors)) {
    // An app may say more; what a browser is told twice holds twice.
    if (name === 'Content-Security-Policy') headers.append(name, value);
    else headers.set(name, value);
  }
}

const startingHtml = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1"><meta name="viewport" content="width=device-width"><title>Starting</title><style>html{color-scheme:light dark;height:100%}body{height:100%;margin:0;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;color:light-dark(#6b6f76,#9a9ea6);background:light-dark(#fbfbfa,#17181a)}</style></head><body><p role="status">The app’s server was asleep. It is starting…</p></body></html>
`;
