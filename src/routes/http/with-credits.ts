import type { CreditCalls } from '../../account/credits/credit-calls.ts';
import type { CreditSettings } from '../../credit-settings.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { RpcResult } from '../../protocol/rpc-result.ts';
import { type AppContext, settingsOf } from './app-env.ts';
import { unwrap } from './request-input.ts';

type CreditsStub = Rpc.Provider<CreditCalls> & Partial<Disposable>;

/** What the operator has set for credits. @throws ProblemError `not_found` where credits are off */
export function requireCredits(c: AppContext): CreditSettings {
  const { credits } = settingsOf(c.env);
  if (!credits) throw new ProblemError('not_found', 'There is no such call.', { reason: 'call' });
  return credits;
}

/**
 * Makes one call about an account's credits, pipelined and disposed as in `withSignIn`.
 *
 * @throws ProblemError where it is refused; `not_found` where credits are off
 */
export async function withCredits<T>(
  c: AppContext,
  account: string,
  call: (credits: CreditsStub) => Promise<RpcResult<T>>,
): Promise<T> {
  requireCredits(c);
  const credits: CreditsStub = c.env.ACCOUNT.getByName(account).credits();
  try {
    return unwrap(await call(credits));
  } finally {
    credits[Symbol.dispose]?.();
  }
}
