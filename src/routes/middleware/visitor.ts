import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { newLabel as newId } from '../../preview/host.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { Caller } from '../../session/session.ts';
import { type AppContext, type AppEnv, settingsOf } from '../env.ts';

const cookieName = 'redraw';

/** As long as browsers keep a cookie (RFC 6265bis, 5.5): 400 days, in seconds. */
const maxAge = 400 * 24 * 60 * 60;

/** Reads who the visitor is from the signed cookie. A cookie that was tampered with is none. */
export const knowVisitor = createMiddleware<AppEnv>(async (c, next) => {
  const value = await getSignedCookie(c, settingsOf(c.env).sessionSecret, cookieName, 'host');
  c.set('visitor', typeof value === 'string' && /^[a-z2-7]{26}$/.test(value) ? value : null);
  await next();
});

/** The visitor; one who has none yet gets a cookie with the answer. */
export async function visitorOrNew(c: AppContext): Promise<string> {
  const known = c.get('visitor');
  if (known !== null) return known;
  const visitor = newId();
  c.set('visitor', visitor);
  await setSignedCookie(c, cookieName, visitor, settingsOf(c.env).sessionSecret, {
    prefix: 'host',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    maxAge,
  });
  return visitor;
}

/**
 * Who calls, for what belongs to a visitor.
 *
 * @throws ProblemError `not_found` for a caller without a cookie: nothing can be theirs
 */
export function callerOf(c: AppContext): Caller {
  const visitor = c.get('visitor');
  if (visitor === null) throw new ProblemError('not_found', 'There is no such project.');
  return { visitor, origin: new URL(c.req.url).origin };
}

/** The address that a request comes from, as Cloudflare tells it; on a machine of one's own, the machine itself. */
export function addressOf(c: AppContext): string {
  return c.req.header('CF-Connecting-IP') ?? '127.0.0.1';
}
