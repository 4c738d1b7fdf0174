import { deleteCookie, getCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { loginDigest } from '../../account/sign-in/logins.ts';
import { addressNetwork } from '../../operator/address-network.ts';
import { newId } from '../../protocol/id.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { type Caller, unknownCaller } from '../../session/caller.ts';
import { type AppContext, type AppEnv, settingsOf } from '../http/app-env.ts';
import { audit } from '../http/audit.ts';

const cookieName = 'redraw';

/** The longest time that browsers keep a cookie (RFC 6265bis, 5.5): 400 days, in seconds. */
const cookieSeconds = 400 * 24 * 60 * 60;

const cookieOptions = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

/** The cookie's value: a visitor's account, or a user's account with the login of this browser. */
const cookiePattern = /^([a-z2-7]{26})(?:-([a-z2-7]{26}))?$/;

/** The same with a signature, whoever has made it. */
const signedPattern = /^[a-z2-7]{26}(?:-[a-z2-7]{26})?\.[\w+/]{43}=$/;

/** Reads the signed cookie. */
export const readCookie = createMiddleware<AppEnv>(async (c, next) => {
  const signed = await signedValue(c);
  if (signed === 'forged') audit(c, 'refused', { code: 'cookie', why: 'signature' });
  const [, account, login = null] = (isSigned(signed) && cookiePattern.exec(signed.value)) || [];
  c.set('claimed', isSigned(signed) && account ? { account, login, byCurrentKey: signed.byCurrentKey } : null);
  c.set('party', account ?? addressNetwork(addressOf(c)));
  c.set('lapsed', signed === 'forged' && signedPattern.test(getCookie(c, cookieName, 'host') ?? ''));
  await next();
});

/** Identifies the caller by the cookie: nobody where its login was revoked. Only a signed-in user costs an RPC. */
export const identifyVisitor = createMiddleware<AppEnv>(async (c, next) => {
  const { account = null, login = null, byCurrentKey = true } = c.get('claimed') ?? {};
  const stands = account !== null && (login === null || (await c.env.ACCOUNT.getByName(account).isSignedIn(login)));
  c.set('visitor', stands ? account : null);
  c.set('login', stands ? login : null);
  if (account !== null && !stands) c.set('lapsed', true);
  await next();
  // Signed by a key that is on its way out. The headers of a WebSocket handshake are immutable.
  if (!stands || byCurrentKey || c.res.status === 101 || setsCookie(c)) return;
  await setVisitorCookie(c, account, login);
});

interface SignedValue {
  value: string;
  /** Whether the current key has signed it. */
  byCurrentKey: boolean;
}

const isSigned = (value: SignedValue | 'forged' | null): value is SignedValue =>
  typeof value === 'object' && value !== null;

/** The cookie's value; null if there is no cookie, `forged` if none of the keys has signed it. */
async function signedValue(c: AppContext): Promise<SignedValue | 'forged' | null> {
  for (const [n, key] of settingsOf(c.env).sessionKeys.entries()) {
    const value = await getSignedCookie(c, key, cookieName, 'host');
    // Of what is no signature at all, Hono says the same as of no cookie.
    if (value === undefined) return getCookie(c, cookieName, 'host') === undefined ? null : 'forged';
    if (value !== false) return { value, byCurrentKey: n === 0 };
  }
  return 'forged';
}

/** Whether the answer has a cookie already: another one, or none from now on. */
function setsCookie(c: AppContext): boolean {
  return c.res.headers.getSetCookie().some((set) => set.startsWith(`__Host-${cookieName}=`));
}

/**
 * The caller's account; a new visitor gets one, and a cookie with the response.
 *
 * @throws ProblemError `not_found` where a cookie came that stands no more: what is begun, connected or paid would silently be somebody else's
 */
export async function visitorOrNew(c: AppContext): Promise<string> {
  refuseLapsed(c);
  return visitorAnew(c);
}

/** @throws ProblemError `not_found` as of {@link visitorOrNew} */
export function refuseLapsed(c: AppContext): void {
  if (!c.get('lapsed')) return;
  // A cookie that no key of ours has signed stands never again.
  if (c.get('claimed') === null) clearVisitorCookie(c);
  throw unknownCaller();
}

/** The same for who asks who they are, or signs in: a new visitor takes the place of a cookie that stands no more. */
export async function visitorAnew(c: AppContext): Promise<string> {
  return c.get('visitor') ?? newVisitor(c);
}

/** Makes a new visitor and sets their cookie on the response. */
export async function newVisitor(c: AppContext): Promise<string> {
  const visitor = newId();
  await setVisitorCookie(c, visitor, null);
  return visitor;
}

/** Sets the cookie of an account on the response; `login` is null for a visitor. */
export async function setVisitorCookie(c: AppContext, account: string, login: string | null): Promise<void> {
  c.set('visitor', account);
  c.set('login', login);
  const value = login === null ? account : `${account}-${login}`;
  const [key = ''] = settingsOf(c.env).sessionKeys;
  await setSignedCookie(c, cookieName, value, key, {
    ...cookieOptions,
    maxAge: cookieSeconds,
  });
}

/** Deletes the cookie: the browser has no account until a call needs one. */
export function clearVisitorCookie(c: AppContext): void {
  c.set('visitor', null);
  c.set('login', null);
  deleteCookie(c, cookieName, cookieOptions);
}

/**
 * The caller, for calls on a visitor's own projects.
 *
 * @throws ProblemError `not_found` for a caller without a cookie, who cannot own anything
 */
export function callerOf(c: AppContext): Caller {
  const visitor = c.get('visitor');
  if (visitor === null) throw unknownCaller();
  return { visitor, login: loginOf(c), origin: new URL(c.req.url).origin };
}

/** What sessions know a login by: its digest; null for a visitor. */
export function loginOf(c: AppContext): string | null {
  const login = c.get('login');
  return login === null ? null : loginDigest(login);
}

/**
 * The signed-in user who calls.
 *
 * @throws ProblemError `not_found` for any other caller
 */
export function userOf(c: AppContext): { account: string; login: string } {
  const account = c.get('visitor');
  const login = c.get('login');
  if (account === null || login === null)
    throw new ProblemError('not_found', 'Nobody is signed in here.', { reason: 'account' });
  return { account, login };
}

/** The client's IP address as given by Cloudflare; loopback on a local machine. */
export function addressOf(c: AppContext): string {
  return c.req.header('CF-Connecting-IP') ?? '127.0.0.1';
}
