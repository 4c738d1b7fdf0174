import { defaultModel } from '../../claude/model-catalogue.ts';
import { isLoopback } from '../../operator/address-network.ts';
import type { Treasury } from '../../operator/treasury.ts';
import type { Trial } from '../../protocol/events.ts';
import type { ProblemCode } from '../../protocol/problems.ts';
import type { AccountDetail } from '../../protocol/resources.ts';
import { defaultNewVisitors, type Settings } from '../../settings.ts';
import type { Connection } from '../connection/connection.ts';
import type { AccountStores } from '../lifecycle/account-stores.ts';
import type { Admission, AdmissionRequest, Refusal } from './admission.ts';
import { isOwnModel } from './model-list.ts';
import type { LeasePayer } from './turn-leases.ts';

/** What the desk needs of the account that it stands in. */
export interface TurnAdmissionDeps {
  settings: Settings;
  /** The books, or null where the account has kept nothing yet: a look must leave no trace. */
  kept(): AccountStores | null;
  /** The same, made where there are none yet. */
  keep(): AccountStores;
  isUser(): boolean;
  treasury(): Pick<DurableObjectStub<Treasury>, 'covers' | 'welcome'>;
}

const notOwned = (model: string): string => `Your Claude account has no access to ${model}.`;
const onlyDefault = 'On the shared key only the default model builds. Connect your own Claude to pick another.';

const atLimit = 'Your Claude account is at its usage limit. Wait until it resets, or try anyway.';

/** Which Claude account a connection is: another one has another source, also with the same key. */
export const sourceOf = (connection: Pick<Connection, 'detail'>): string =>
  `connection ${connection.detail()?.since ?? 0}`;

/** Decides whether a turn may run, and who pays for it. */
export class TurnAdmission {
  readonly #base: TurnAdmissionDeps;

  constructor(base: TurnAdmissionDeps) {
    this.#base = base;
  }

  /** Who would pay the next turn: the account's own connection, also a broken one; else the operator, by trial or by the day. */
  get payer(): LeasePayer {
    if (this.#base.kept()?.connection.exists) return 'connection';
    return this.#base.isUser() ? 'hosted' : 'trial';
  }

  /** Atomic, and idempotent by turn id: who pays is decided once for each turn. */
  async admit(request: AdmissionRequest): Promise<Admission> {
    const known = this.#base.kept()?.leases.find(request.turn);
    const payer = known?.payer ?? this.payer;
    if (payer === 'connection') return this.#admitConnected(request, known !== undefined);
    const refusal = (known ? null : await this.#refusalOf(payer, request)) ?? this.#open(request, payer);
    if (refusal) return refusal;
    const trial = payer === 'trial' ? this.#trial : null;
    const credential = { kind: 'api_key', key: this.#base.settings.anthropicKey ?? '' } as const;
    return { ok: true, lease: { turn: request.turn, payer, trial, model: defaultModel, source: 'shared', credential } };
  }

  /** Why a session may not be set to a model now, in a sentence, or null. */
  async modelRefusal(model: string): Promise<string | null> {
    if (this.payer !== 'connection') return model === defaultModel ? null : onlyDefault;
    return (await this.#owns(model)) ? null : notOwned(model);
  }

  /** What `GET /api/account` tells of who pays. */
  detail(): Pick<AccountDetail, 'payer' | 'trial' | 'hosted' | 'turnstile'> {
    const { payer } = this;
    const { kept, settings } = this.#base;
    const welcome = kept()?.welcome;
    const isNew = payer === 'trial' && !welcome?.welcomed && !welcome?.checked;
    return {
      payer,
      trial: this.#trial,
      hosted: payer === 'hosted' ? { used: this.#used('hosted'), limit: this.#limit('hosted') } : null,
      turnstile: isNew ? (settings.turnstile?.siteKey ?? null) : null,
    };
  }

  async #admitConnected(request: AdmissionRequest, known: boolean): Promise<Admission> {
    const { connection, limits } = this.#base.keep();
    const opened = await connection.credential();
    // It was there a moment ago.
    if (!opened.ok && opened.code === 'not_found')
      return refuse('connection', 'connection_broken', 'The connection to Claude was removed. Send the prompt again.');
    if (!opened.ok) return { ...opened, payer: 'connection' };
    const { model: wanted, preferred } = request;
    if (wanted !== null && !(await this.#owns(wanted)))
      return refuse('connection', 'subscription_required', notOwned(wanted));
    const model = wanted ?? ((await this.#owns(preferred)) ? preferred : defaultModel);
    const source = sourceOf(connection);
    const limit = known || request.force ? null : limits.limitOf(source, model, Date.now());
    if (limit) return refuse('connection', 'credit_exhausted', atLimit, { ...limit });
    const refusal = this.#open(request, 'connection');
    if (refusal) return refusal;
    const { credential } = opened.value;
    return { ok: true, lease: { turn: request.turn, payer: 'connection', trial: null, model, source, credential } };
  }

  /**
   * Opens the lease and notes the project, or says why not. Others may have come while something was waited for: the allowance is looked
   * at in the same step, and whether the turn was given up meanwhile.
   */
  #open(request: AdmissionRequest, payer: LeasePayer): Refusal | null {
    const { leases, projects } = this.#base.keep();
    const now = Date.now();
    if (!leases.open(request, payer, this.#limit(payer), now)) return this.#usedUp(payer);
    if (leases.find(request.turn)?.state === 'returned')
      return refuse(payer, 'internal', 'This turn was given up. Send the prompt again.');
    projects.remember(request.session, request.title, now);
    return null;
  }

  /** Why the operator does not pay for one more turn, or null. A place among the newcomers is only taken by who could build. */
  async #refusalOf(payer: 'trial' | 'hosted', request: AdmissionRequest): Promise<Refusal | null> {
    const { anthropicKey, hostedDailyUsd, turnstile } = this.#base.settings;
    if (request.model !== null && request.model !== defaultModel)
      return refuse(payer, 'subscription_required', onlyDefault);
    if (anthropicKey === null) return this.#noneShared(payer);
    if (this.#used(payer) >= this.#limit(payer)) return this.#usedUp(payer);
    const welcome = this.#base.kept()?.welcome;
    const isNew = payer === 'trial' && !welcome?.welcomed;
    if (isNew && turnstile && !welcome?.checked) {
      const { siteKey } = turnstile;
      return refuse(payer, 'challenge_required', 'Show that you are a person, then the first turn begins.', {
        siteKey,
      });
    }
    if (!(await this.#base.treasury().covers(request.leastUsd, hostedDailyUsd)))
      return refuse(
        payer,
        'hosted_budget_spent',
        "Today's shared budget is spent. Connect your own Claude to go on now, or come back tomorrow.",
      );
    if (!isNew) return null;
    if (!(await this.#takePlace(request)))
      return this.#signIn('This address has used up its trial visitors for today.');
    this.#base.keep().welcome.stamp('welcome', Date.now());
    return null;
  }

  async #takePlace({ visitor, address }: AdmissionRequest): Promise<boolean> {
    const limit = this.#base.settings.newVisitorsPerAddress;
    if (limit === null && isLoopback(address)) return true;
    return this.#base.treasury().welcome(visitor, address, limit ?? defaultNewVisitors);
  }

  /** Whether the connected account has a model. A list that cannot be had now refuses nothing: Claude itself will. */
  async #owns(model: string): Promise<boolean> {
    if (model === defaultModel) return true;
    const own = await this.#base.kept()?.connection.models();
    return !own || isOwnModel(own, model);
  }

  get #trial(): Trial {
    return { used: this.#used('trial'), limit: this.#limit('trial') };
  }

  #used(payer: LeasePayer): number {
    const leases = this.#base.kept()?.leases;
    if (!leases || payer === 'connection') return 0;
    return payer === 'trial' ? leases.trialUsed : leases.hostedUsed(Date.now());
  }

  #limit(payer: LeasePayer): number {
    const { anonTurnLimit, hostedDailyTurns } = this.#base.settings;
    if (payer === 'connection') return Number.POSITIVE_INFINITY;
    return payer === 'trial' ? anonTurnLimit : hostedDailyTurns;
  }

  #noneShared(payer: LeasePayer): Refusal {
    if (payer === 'trial') return this.#signIn('This site shares no key of its own.');
    const detail = 'This site has no shared turns. Connect your own Claude to go on.';
    return refuse(payer, 'hosted_budget_spent', detail, { limit: 0 });
  }

  #usedUp(payer: LeasePayer): Refusal {
    const limit = this.#limit(payer);
    if (payer === 'trial') {
      if (limit === 0) return this.#signIn('This site has no trial turns.');
      return this.#signIn(limit === 1 ? 'The trial turn is used up.' : `All ${limit} trial turns are used up.`);
    }
    if (limit === 0) return this.#noneShared(payer);
    const used = limit === 1 ? "Today's shared turn is used up." : `All ${limit} shared turns of today are used up.`;
    const detail = `${used} Connect your own Claude to go on now, or come back tomorrow.`;
    return refuse(payer, 'hosted_budget_spent', detail, { limit });
  }

  #signIn(reason: string): Refusal {
    const limit = this.#limit('trial');
    return refuse('trial', 'sign_in_required', `${reason} Sign in to go on building.`, { limit });
  }
}

function refuse(payer: LeasePayer, code: ProblemCode, detail: string, fields: Record<string, unknown> = {}): Refusal {
  return { ok: false, payer, code, detail, fields };
}
