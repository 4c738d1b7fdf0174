import { createMiddleware } from 'hono/factory';
import { ProblemError } from '../../protocol/problems.ts';
import type { AppEnv } from '../http/app-env.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a method changes nothing (RFC 9110, 9.2.1). */
export const isSafe = (method: string): boolean => safeMethods.has(method);

/** Whether a request comes from a page of Redraw itself. */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  return request.headers.get('Origin') === new URL(request.url).origin && (site === null || site === 'same-origin');
}

/** Whether the browser says that another site, or another host of the same site, sent the request. */
function isFromOtherSite(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  return site === 'cross-site' || site === 'same-site';
}

/**
 * Whether a sign-in provider redirected the browser here: a top-level navigation from another site. The route validates the flow itself.
 */
function isProviderCallback(request: Request): boolean {
  if (request.method !== 'GET' || !/^\/api\/auth\/oidc\/[^/]+\/callback$/.test(new URL(request.url).pathname))
    return false;
  const mode = request.headers.get('Sec-Fetch-Mode');
  const destination = request.headers.get('Sec-Fetch-Dest');
  return (mode === null || mode === 'navigate') && (destination === null || destination === 'document');
}

/**
 * Whether an operator's program calls: with a bearer token, which no browser adds by itself, and without what a browser adds to every call
 * of an unsafe method.
 */
function isOperatorProgram(request: Request): boolean {
  const { headers } = request;
  return (
    new URL(request.url).pathname.startsWith('/api/operator/') &&
    headers.has('Authorization') &&
    !headers.has('Origin') &&
    !headers.has('Sec-Fetch-Site') &&
    !headers.has('Cookie')
  );
}

function isJson(request: Request): boolean {
  const type = request.headers.get('Content-Type') ?? '';
  return type.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/**
 * CSRF protection. Refuses every request that the browser marks as sent by another site, reads and popups included: only Redraw's own pages
 * call the API. Unsafe methods need a same-origin `Origin` and a JSON body, except the upload of a file, whose body is its bytes. The only
 * exceptions are the callback of a sign-in provider, which is cross-site, and an operator's program, which has no origin. Hono's `csrf` is
 * not used: it lets JSON pass without checking the origin.
 */
export const sameOriginOnly = createMiddleware<AppEnv>(async (c, next) => {
  const isUnsafe = !isSafe(c.req.method);
  const isForeignHere = isFromOtherSite(c.req.raw) && !isProviderCallback(c.req.raw);
  if (isForeignHere || (isUnsafe && !isSameOrigin(c.req.raw) && !isOperatorProgram(c.req.raw)))
    throw new ProblemError('forbidden_origin', 'This call is only taken from the pages of Redraw itself.');
  if (isUnsafe) {
    const upload = c.req.method === 'PUT' && /^\/api\/sessions\/[^/]+\/files\//.test(c.req.path);
    if (!upload && !isJson(c.req.raw))
      throw new ProblemError('unsupported_media_type', 'Send this call with Content-Type: application/json.');
  }
  await next();
});
