import type { SignInCalls } from '../../account/sign-in/sign-in-calls.ts';
import type { AppContext } from './app-env.ts';

/** The sign-in surface over RPC. `Disposable` is there at run time; the published types leave it out for a result that is not awaited. */
type SignInStub = Rpc.Provider<SignInCalls> & Partial<Disposable>;

/**
 * Makes one call of an account's sign-in surface. The call is pipelined: `signIn()` and the call are one round trip. The stub is disposed
 * after the call, so that the object is not held until the end of the request.
 */
export async function withSignIn<T>(
  c: AppContext,
  account: string,
  call: (signIn: SignInStub) => Promise<T>,
): Promise<T> {
  const signIn: SignInStub = c.env.ACCOUNT.getByName(account).signIn();
  try {
    return await call(signIn);
  } finally {
    signIn[Symbol.dispose]?.();
  }
}
