import { createMiddleware } from 'hono/factory';
import { ProblemError } from '../../protocol/problems.ts';
import type { AppEnv } from '../http/app-env.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request comes from a page of Redraw itself. */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  return request.headers.get('Origin') === new URL(request.url).origin && (site === null || site === 'same-origin');
}

/** Whether a browser says that another site, or another host of this one, has sent a request. */
function isForeign(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  return site === 'cross-site' || site === 'same-site';
}

/** Whether a provider sends a browser back: a whole page that is opened from another site. What it may do, its flow decides. */
function isProviderCallback(request: Request): boolean {
  if (request.method !== 'GET' || !/^\/api\/auth\/oidc\/[^/]+\/callback$/.test(new URL(request.url).pathname))
    return false;
  const mode = request.headers.get('Sec-Fetch-Mode');
  const destination = request.headers.get('Sec-Fetch-Dest');
  return (mode === null || mode === 'navigate') && (destination === null || destination === 'document');
}

function isJson(request: Request): boolean {
  const type = request.headers.get('Content-Type') ?? '';
  return type.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/**
 * Refuses what another site could have sent. Where the browser says so, that is everything, reads and popups too: nothing outside
 * of Redraw's own pages has business here. Unsafe methods need a same-origin `Origin` and a JSON body, but for the upload of a
 * file, which takes the bytes as they are. The one exception is a provider that sends a browser back after a sign-in. (Hono's `csrf` lets JSON pass without a look at the origin.)
 */
export const sameOriginOnly = createMiddleware<AppEnv>(async (c, next) => {
  const isUnsafe = !safeMethods.has(c.req.method);
  const isForeignHere = isForeign(c.req.raw) && !isProviderCallback(c.req.raw);
  if (isForeignHere || (isUnsafe && !isSameOrigin(c.req.raw)))
    throw new ProblemError('forbidden_origin', 'This call is only taken from the pages of Redraw itself.');
  if (isUnsafe) {
    const upload = c.req.method === 'PUT' && /^\/api\/sessions\/[^/]+\/files\//.test(c.req.path);
    if (!upload && !isJson(c.req.raw))
      throw new ProblemError('unsupported_media_type', 'Send this call with Content-Type: application/json.');
  }
  await next();
});
