import type { SignInAnswer } from '../protocol/resources.ts';
import { deviceName } from '../sign-in/device-name.ts';
import type { AppContext } from './http/app-env.ts';
import { giveCookie } from './middleware/visitor.ts';

/** The browser that calls, in plain words. */
export function deviceOf(c: AppContext): string {
  return deviceName(c.req.header('User-Agent') ?? '');
}

/**
 * Signs the browser in: a cookie that was not there before, and what the visitor had goes over to the user's account. A user who was
 * signed in before is signed out in this browser.
 */
export async function signIn(c: AppContext, account: string, login: string): Promise<SignInAnswer> {
  const before = c.get('visitor');
  const loginBefore = c.get('login');
  await giveCookie(c, account, login);
  if (before === null) return { projects: 'here' };
  const left = c.env.ACCOUNT.getByName(before);
  if (loginBefore !== null) {
    await left.signOut(loginBefore, false);
    return { projects: 'here' };
  }
  // Whatever breaks on the way is repeated by the visitor's account: the sign-in stands.
  const arrived = await left.mergeInto(before, account).catch(() => false);
  return { projects: arrived ? 'here' : 'following' };
}
