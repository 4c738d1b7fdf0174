import { type AppContext, settingsOf } from './env.ts';

const notFoundPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Not found · Redraw</title>
<p>There is nothing at this address. <a href="/">Start at the front page.</a></p>
</html>
`;

/** The policy of Redraw's own pages: own scripts and styles only, previews as the only frames, no framing by others. */
function contentSecurityPolicy(protocol: string, previewHost: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    `frame-src ${protocol}//*.${previewHost}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types redraw dompurify',
  ].join('; ');
}

function pageHeaders(c: AppContext): Headers {
  const { protocol } = new URL(c.req.url);
  return new Headers({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy(protocol, settingsOf(c.env).previewHost),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
}

function asset(c: AppContext, path: string): Promise<Response> {
  return c.env.ASSETS.fetch(new URL(path, c.req.url));
}

/** A page of the web app. One document serves all of them. */
export async function page(c: AppContext): Promise<Response> {
  const html = await asset(c, '/_redraw/app/index.html');
  return new Response(c.req.method === 'HEAD' ? null : html.body, { headers: pageHeaders(c) });
}

/** A built file of the web app: its name holds a hash, so it never changes. */
export async function appAsset(c: AppContext): Promise<Response> {
  const found = await asset(c, c.req.path);
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
