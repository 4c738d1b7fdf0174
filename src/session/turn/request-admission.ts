import type { Account } from '../../account/account.ts';
import type { Admission, AdmissionRequest, Refusal } from '../../account/billing/admission.ts';
import type { KnownLimit } from '../../account/billing/rate-limit-store.ts';
import { buildRequest, mostUsd } from '../../agent/build-request.ts';
import type { TurnOutcome } from '../../agent/ports.ts';
import { systemPrompt } from '../../agent/system-prompt.ts';
import { turnLimits } from '../../agent/turn-deps.ts';
import { defaultModel } from '../../claude/model-catalogue.ts';
import { shelf } from '../../preview/library-shelf.ts';
import type { Draft } from '../../protocol/events.ts';
import { versionLabel } from '../../workspace/version-label.ts';
import type { SessionContext } from '../session-context.ts';
import type { TurnRow } from './turn-store.ts';

/** Attempts to reach the account, in case it is being moved or restarted. */
const attempts = 3;

/** The same bytes for every session of a deployment. */
const systems = { shell: systemPrompt(shelf, true), files: systemPrompt(shelf) };

/** What Claude is told and offered first. */
export function offerOf({ sandbox }: SessionContext): { system: string; shell: boolean } {
  const shell = sandbox.sandbox.capabilities.commands;
  return { system: shell ? systems.shell : systems.files, shell };
}

/** What the account is asked with and no row keeps. */
export type Asked = Required<Pick<AdmissionRequest, 'address' | 'force'>>;

/** Of a turn that lost its object. */
export const lost: Asked = { address: '', force: false };

/** What asking for an admission needs of the object that the turn is in. */
export interface AdmissionClientDeps {
  account(visitor: string): DurableObjectStub<Account>;
  /** Sees to it that the alarm comes when it is next needed. */
  schedule(): Promise<void>;
  waitUntil(promise: Promise<unknown>): void;
  /** Settles once the settlements that are on their way have arrived: a turn that is given back makes room for the next one. */
  settled(): Promise<unknown>;
}

/** Asks the account whether a turn may run, and who pays. */
export class AdmissionClient {
  readonly #parts: SessionContext;
  readonly #host: AdmissionClientDeps;
  #asking: { turn: string; leave: () => void } | null = null;

  constructor(parts: SessionContext, host: AdmissionClientDeps) {
    this.#parts = parts;
    this.#host = host;
  }

  /** Whether this object is asking about a turn: it is asked once, whoever finds it `admitting` meanwhile. */
  isAsking(turn: string): boolean {
    return this.#asking?.turn === turn;
  }

  /** Ends the wait for an answer about a turn. */
  leave(turn: string): void {
    if (this.#asking?.turn === turn) this.#asking.leave();
  }

  /**
   * Asks, while the alarm that looks after the turn is set.
   *
   * @returns null where the wait was left
   * @throws where the account cannot be reached
   */
  async ask(turn: TurnRow, asked: Asked): Promise<Admission | null> {
    const left = Promise.withResolvers<null>();
    this.#asking = { turn: turn.id, leave: () => left.resolve(null) };
    const answer = Promise.all([this.#host.schedule(), this.#askAccount(turn, asked)]).then(([, given]) => given);
    // What the account answers to nobody any more is undone by the settlement of the turn.
    this.#host.waitUntil(answer.catch(() => undefined));
    try {
      return await Promise.race([answer, left.promise]);
    } finally {
      this.#asking = null;
    }
  }

  async #askAccount(turn: TurnRow, asked: Asked): Promise<Admission> {
    await this.#host.settled();
    const { meta } = this.#parts;
    const { outputTokens } = turnLimits;
    const request = {
      turn: turn.id,
      session: meta.need('id'),
      title: meta.get('title') || versionLabel(turn.prompt),
      model: turn.wantedModel,
      preferred: turn.model,
      leastUsd: mostUsd(buildRequest({ model: defaultModel, ...offerOf(this.#parts), outputTokens, messages: [] })),
      ...asked,
    };
    for (let attempt = 1; ; attempt++) {
      const owner = meta.need('owner');
      try {
        const admission = await this.#host.account(owner).admit({ ...request, visitor: owner });
        // Refused because the visitor has become a user meanwhile: the project is the user's by now.
        if (!admission.ok && meta.need('owner') !== owner) continue;
        return admission;
      } catch (error) {
        if (attempt === attempts) throw error;
      }
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
