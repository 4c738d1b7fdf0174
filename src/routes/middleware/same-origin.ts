import { createMiddleware } from 'hono/factory';
import { ProblemError } from '../../protocol/problems.ts';
import type { AppEnv } from '../env.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request comes from a page of Redraw itself. */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  return request.headers.get('Origin') === new URL(request.url).origin && (site === null || site === 'same-origin');
}

function isJson(request: Request): boolean {
  const type = request.headers.get('Content-Type') ?? '';
  return type.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/**
 * Refuses unsafe methods that another site could have sent: they need a same-origin `Origin` and a JSON body, but for the upload of a
 * file, which takes the bytes as they are. (Hono's `csrf` lets JSON pass without a look at the origin.)
 */
export const sameOriginOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!safeMethods.has(c.req.method)) {
    if (!isSameOrigin(c.req.raw))
      throw new ProblemError('forbidden_origin', 'This call is only taken from the pages of Redraw itself.');
    const upload = c.req.method === 'PUT' && /^\/api\/sessions\/[^/]+\/files\//.test(c.req.path);
    if (!upload && !isJson(c.req.raw))
      throw new ProblemError('unsupported_media_type', 'Send this call with Content-Type: application/json.');
  }
  await next();
});
