import type { Account } from '../account/account.ts';
import type { Admission, Refusal } from '../account/admission.ts';
import type { KnownLimit } from '../account/limit-memory.ts';
import { buildRequest, mostUsd } from '../agent/build-request.ts';
import type { TurnOutcome } from '../agent/ports.ts';
import { turnLimits } from '../agent/turn-input.ts';
import { defaultModel } from '../claude/models.ts';
import type { Draft } from '../protocol/events.ts';
import { labelOf } from '../workspace/label.ts';
import type { MetaStore } from './meta.ts';
import { system } from './system.ts';
import type { TurnRow } from './turn-store.ts';

/** Attempts to reach the account, in case it is being moved or restarted. */
const attempts = 3;

/** Asks the account that owns the session whether a turn may run. @throws what the account throws, each time it is asked */
export async function askAccount(
  meta: Pick<MetaStore, 'get' | 'need'>,
  account: (owner: string) => Pick<DurableObjectStub<Account>, 'admit'>,
  turn: TurnRow,
  force: boolean,
): Promise<Admission> {
  const { outputTokens } = turnLimits;
  const request = {
    turn: turn.id,
    session: meta.need('id'),
    title: meta.get('title') || labelOf(turn.prompt),
    address: turn.address,
    model: turn.wantedModel,
    preferred: turn.model,
    leastUsd: mostUsd(buildRequest({ model: defaultModel, system, shell: false, outputTokens, messages: [] })),
    force,
  };
  for (let attempt = 1; ; attempt++) {
    const owner = meta.need('owner');
    try {
      const admission = await account(owner).admit({ ...request, visitor: owner });
      // Refused because the visitor has become a user meanwhile: the project is the user's by now.
      if (!admission.ok && meta.need('owner') !== owner) continue;
      return admission;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

/** How a prompt of the queue ends that was refused when its turn came. */
export function refusedLate({ code, detail: message, fields, payer }: Refusal): { event: Draft; outcome: TurnOutcome } {
  if (code === 'credit_exhausted') {
    const { resetsAt, message: said } = fields as Partial<KnownLimit>;
    const data = { message: said ?? message, errorType: null, httpStatus: null, resetsAt: resetsAt ?? null, payer };
    return { event: { type: 'credit_exhausted', data }, outcome: { state: 'exhausted', blameless: true } };
  }
  const retryable = code === 'internal' || code === 'hosted_budget_spent';
  const event: Draft = { type: 'prompt_error', data: { code, message, retryable } };
  return { event, outcome: { state: 'failed', blameless: true } };
}
