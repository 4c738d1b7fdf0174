import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { newId } from '../../protocol/id.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { Caller } from '../../session/caller.ts';
import { type AppContext, type AppEnv, settingsOf } from '../http/app-env.ts';

const cookieName = 'redraw';

/** As long as browsers keep a cookie (RFC 6265bis, 5.5): 400 days, in seconds. */
const maxAge = 400 * 24 * 60 * 60;

const cookieOptions = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

/** What the cookie says: a visitor's account, or a user's with the login of this browser. */
const cookiePattern = /^([a-z2-7]{26})(?:-([a-z2-7]{26}))?$/;

/**
 * Reads who calls from the signed cookie. One that was tampered with is none, and so is that of a login that does not stand any more.
 * Only a signed-in user costs a call.
 */
export const knowVisitor = createMiddleware<AppEnv>(async (c, next) => {
  const value = await getSignedCookie(c, settingsOf(c.env).sessionSecret, cookieName, 'host');
  const [, account = null, login = null] = (typeof value === 'string' && cookiePattern.exec(value)) || [];
  const stands = account !== null && (login === null || (await c.env.ACCOUNT.getByName(account).isSignedIn(login)));
  c.set('visitor', stands ? account : null);
  c.set('login', stands ? login : null);
  await next();
});

/** The visitor; one who has none yet gets a cookie with the answer. */
export async function visitorOrNew(c: AppContext): Promise<string> {
  return c.get('visitor') ?? newVisitor(c);
}

/** A visitor who has not been here before; the cookie goes with the answer. */
export async function newVisitor(c: AppContext): Promise<string> {
  const visitor = newId();
  await giveCookie(c, visitor, null);
  return visitor;
}

/** Gives the browser a cookie for an account; with a login for a user's. */
export async function giveCookie(c: AppContext, account: string, login: string | null): Promise<void> {
  c.set('visitor', account);
  c.set('login', login);
  const value = login === null ? account : `${account}-${login}`;
  await setSignedCookie(c, cookieName, value, settingsOf(c.env).sessionSecret, { ...cookieOptions, maxAge });
}

/** Takes the cookie back: the browser is nobody's until it needs to be somebody's again. */
export function takeCookie(c: AppContext): void {
  c.set('visitor', null);
  c.set('login', null);
  deleteCookie(c, cookieName, cookieOptions);
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

/**
 * The user who calls, for what only a signed-in user has.
 *
 * @throws ProblemError `not_found` for everybody else
 */
export function userOf(c: AppContext): { account: string; login: string } {
  const account = c.get('visitor');
  const login = c.get('login');
  if (account === null || login === null) throw new ProblemError('not_found', 'Nobody is signed in here.');
  return { account, login };
}

/** The address that a request comes from, as Cloudflare tells it; on a machine of one's own, the machine itself. */
export function addressOf(c: AppContext): string {
  return c.req.header('CF-Connecting-IP') ?? '127.0.0.1';
}
