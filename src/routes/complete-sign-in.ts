import type { SignInAnswer } from '../protocol/resources.ts';
import { deviceName } from '../sign-in/device-name.ts';
import { type AppContext, settingsOf } from './http/app-env.ts';
import { unwrap } from './http/request-input.ts';
import { withCredits } from './http/with-credits.ts';
import { withSignIn } from './http/with-sign-in.ts';
import { setVisitorCookie } from './middleware/visitor.ts';

/** A readable name of the calling browser. */
export function deviceNameOf(c: AppContext): string {
  return deviceName(c.req.header('User-Agent') ?? '');
}

/**
 * Signs the browser in: sets a new cookie, and merges the visitor's account into the user's. For a user who was signed in before, this is a
 * proof: the new login takes the place of the one before, which ends (OWASP ASVS 5.0, 7.2.4).
 *
 * @param timeZone the browser's IANA zone, in which the credits of a new account begin
 */
export async function completeSignIn(
  c: AppContext,
  account: string,
  login: string,
  timeZone?: string,
): Promise<SignInAnswer> {
  if (timeZone !== undefined && settingsOf(c.env).credits)
    await withCredits(c, account, (credits) => credits.beginIn(timeZone));
  const before = c.get('visitor');
  const loginBefore = c.get('login');
  await setVisitorCookie(c, account, login);
  if (before === null) return { projects: 'here' };
  if (loginBefore !== null) {
    unwrap(await withSignIn(c, before, (signIn) => signIn.signOut(loginBefore, false)));
    return { projects: 'here' };
  }
  // A failed merge does not undo the sign-in: the visitor's account repeats it.
  const arrived = await c.env.ACCOUNT.getByName(before)
    .mergeInto(before, account)
    .catch(() => false);
  return { projects: arrived ? 'here' : 'following' };
}
