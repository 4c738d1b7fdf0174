import type { OperatorTurnRefusal } from '../../operator/treasury.ts';
import type { ProblemCode } from '../../protocol/problems.ts';
import type { reasons } from '../../protocol/situations.ts';
import type { Refusal } from './admission-types.ts';
import type { LeasePayer } from './turn-leases.ts';

/** The sentences of turns that are refused. */

/** A sentence with what a page makes its own from. */
export type Worded = { detail: string; fields: Record<string, unknown> };

export const notOwned = (model: string): Worded => ({
  detail: `Your Claude account has no access to ${model}.`,
  fields: { reason: 'not_owned', model },
});
export const onlyDefault: Worded = {
  detail: 'On the shared key only the default model builds. Connect your own Claude to pick another.',
  fields: { reason: 'only_default' },
};
export const notInPlan = (model: string, plan: string): Worded => ({
  detail: `Credits of the plan ${plan} do not pay for ${model}. Connect your own Claude to use it, or choose another model.`,
  fields: { reason: 'not_in_plan', model, plan },
});
export const planProjects = (plan: string, limit: number): Worded => ({
  detail: `The plan ${plan} has room for ${limit} ${limit === 1 ? 'project' : 'projects'} on credits. Go on with one that is there, delete one, or connect your own Claude.`,
  fields: { reason: 'projects', limit, plan },
});

export const tooManyProjects =
  'This address has made its new projects for today. Go on with one that is there, or come back tomorrow.';

export const atLimit = 'Your Claude account is at its usage limit. Wait until it resets, or try anyway.';

export function refuse(
  payer: LeasePayer,
  code: ProblemCode,
  detail: string,
  fields: Readonly<Record<string, unknown>> = {},
): Refusal {
  return { ok: false, payer, code, detail, fields: { ...fields } };
}

export const notOnPlan = (payer: LeasePayer, { detail, fields }: Worded): Refusal =>
  refuse(payer, 'subscription_required', detail, fields);

/** @param limit turns of the trial */
export function signInRequired(
  limit: number,
  reason: (typeof reasons)['sign_in_required'][number],
  sentence: string,
  advice = 'Sign in to go on building.',
): Refusal {
  return refuse('trial', 'sign_in_required', `${sentence} ${advice}`, { limit, reason });
}

/** The operator has no key that turns could run on. @param trialLimit turns of the trial */
export function noSharedKey(payer: LeasePayer, trialLimit: number): Refusal {
  if (payer === 'trial') return signInRequired(trialLimit, 'no_shared_key', 'This site shares no key of its own.');
  const detail = 'This site has no shared turns. Connect your own Claude to go on.';
  return refuse(payer, 'hosted_budget_spent', detail, { limit: 0, reason: 'no_shared_key' });
}

/** @param limit turns of the payer's allowance */
export function allowanceUsedUp(payer: LeasePayer, limit: number): Refusal {
  if (payer === 'trial') {
    if (limit === 0) return signInRequired(limit, 'no_trial', 'This site has no trial turns.');
    const used = limit === 1 ? 'The trial turn is used up.' : `All ${limit} trial turns are used up.`;
    return signInRequired(limit, 'used_up', used);
  }
  if (limit === 0) return noSharedKey(payer, limit);
  const used = limit === 1 ? "Today's shared turn is used up." : `All ${limit} shared turns of today are used up.`;
  const detail = `${used} Connect your own Claude to go on now, or come back tomorrow.`;
  return refuse(payer, 'hosted_budget_spent', detail, { limit, reason: 'used_up' });
}

/** @param limits turns of the trial; new projects a day of an address */
export function refusedByTreasury(
  payer: LeasePayer,
  refused: OperatorTurnRefusal,
  limits: { trial: number; newProjects: number | null },
): Refusal {
  const { reason } = refused;
  const spent = (why: string, scope: string) =>
    refuse(payer, 'hosted_budget_spent', `${why} Connect your own Claude to go on now, or come back tomorrow.`, {
      scope,
    });
  if (reason === 'projects') {
    const { retryAfter } = refused;
    const limit = limits.newProjects;
    return refuse(payer, 'too_many_requests', tooManyProjects, { scope: 'projects', limit, retryAfter });
  }
  if (reason === 'budget') return spent("Today's shared budget is spent.", reason);
  if (reason === 'account') return spent('Your share of the shared budget of today is spent.', reason);
  if (reason === 'address') return spent('The share of this address in the shared budget of today is spent.', reason);
  if (payer === 'trial')
    return signInRequired(
      limits.trial,
      'address',
      'As many visitors as may try Redraw in a day have begun from this network.',
      'Sign in to an account that you have, or connect your own Claude.',
    );
  return spent('As many new accounts as get shared turns in a day have begun from this network.', reason);
}

/** Refuses a turn of a visitor who has become a user. */
export const mergedMeanwhile = (limit: number): Refusal =>
  refuse(
    'trial',
    'sign_in_required',
    'Somebody has signed in, in this browser. Reload the page and send the prompt again.',
    { limit },
  );

/**
 * @param fields credits that are left, and that the first call may cost at least; when the next daily ones come, by the system's time in UNIX
 *   milliseconds
 */
export const creditsSpent = (fields: { balance: number; needed: number; resetsAt: number }): Refusal =>
  refuse(
    'credits',
    'credits_spent',
    'Your credits do not cover this turn. Connect your own Claude to go on now, or come back when there are new ones.',
    fields,
  );
