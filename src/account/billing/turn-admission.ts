import { defaultModel } from '../../claude/model-catalogue.ts';
import { isLoopback } from '../../operator/address-network.ts';
import type { OperatorTurnRefusal, Treasury } from '../../operator/treasury.ts';
import { type ProblemCode, ProblemError } from '../../protocol/problems.ts';
import type { AccountDetail } from '../../protocol/resources.ts';
import type { reasons } from '../../protocol/situations.ts';
import { defaultNewProjects, defaultNewVisitors, type Settings } from '../../settings.ts';
import type { Connection } from '../connection/connection.ts';
import type { ProjectList } from '../storage/project-list.ts';
import type { Admission, AdmissionRequest, Refusal } from './admission-types.ts';
import { isOwnModel } from './allowed-models.ts';
import { PayerSelection, sourceOf } from './payer.ts';
import type { RateLimitStore } from './rate-limit-store.ts';
import type { LeasePayer, TurnLeases } from './turn-leases.ts';
import { challengeRefusal, verifyTurnstile } from './verify-turnstile.ts';
import type { VisitorGate } from './visitor-gate.ts';

export interface TurnAdmissionStores {
  leases: TurnLeases;
  limits: RateLimitStore;
  projects: ProjectList;
  visitorGate: VisitorGate;
  connection: Connection;
}

export interface TurnAdmissionDeps {
  settings: Settings;
  /** Null if the account has stored nothing yet: reading must create no tables. */
  stores(): TurnAdmissionStores | null;
  /** Creates the tables if there are none. @throws ProblemError `not_found` if the account takes nothing new */
  requireStores(): TurnAdmissionStores;
  isUser(): boolean;
  treasury(): Pick<DurableObjectStub<Treasury>, 'admitTurn'>;
}

/** A sentence with what a page makes its own from. */
type Worded = { detail: string; fields: Record<string, unknown> };

const notOwned = (model: string): Worded => ({
  detail: `Your Claude account has no access to ${model}.`,
  fields: { reason: 'not_owned', model },
});
const onlyDefault: Worded = {
  detail: 'On the shared key only the default model builds. Connect your own Claude to pick another.',
  fields: { reason: 'only_default' },
};

export const tooManyProjects =
  'This address has made its new projects for today. Go on with one that is there, or come back tomorrow.';

const atLimit = 'Your Claude account is at its usage limit. Wait until it resets, or try anyway.';

/** Decides whether a turn may run, and leases it to its payer. */
export class TurnAdmission {
  readonly #deps: TurnAdmissionDeps;
  readonly #payers: PayerSelection;

  constructor(deps: TurnAdmissionDeps) {
    this.#deps = deps;
    this.#payers = new PayerSelection(deps);
  }

  /** The payer of the next turn. */
  get payer(): LeasePayer {
    return this.#payers.next;
  }

  /** Atomic, and idempotent by turn id: the payer of a turn is decided once. */
  async admit(request: AdmissionRequest): Promise<Admission> {
    const known = this.#deps.stores()?.leases.find(request.turn);
    const payer = known?.payer ?? this.payer;
    if (payer === 'connection') return this.#admitConnected(request, known !== undefined);
    const refusal = (known ? null : await this.#operatorRefusal(payer, request)) ?? this.#openLease(request, payer);
    if (refusal) return refusal;
    const trial = payer === 'trial' ? this.#payers.allowance('trial') : null;
    const credential = { kind: 'api_key', key: this.#deps.settings.anthropicKey ?? '' } as const;
    return { ok: true, lease: { turn: request.turn, payer, trial, model: defaultModel, source: 'shared', credential } };
  }

  /** Why a session may not be set to a model now, or null. */
  async modelRefusal(model: string): Promise<Worded | null> {
    if (this.payer !== 'connection') return model === defaultModel ? null : onlyDefault;
    return (await this.#hasModel(model)) ? null : notOwned(model);
  }

  /** The payer's part of `GET /api/account`. */
  detail(): Pick<AccountDetail, 'payer' | 'trial' | 'hosted' | 'turnstile'> {
    const { payer } = this;
    const gate = this.#deps.stores()?.visitorGate;
    const needsChallenge = payer !== 'connection' && !gate?.isAdmitted && !gate?.hasPassedChallenge;
    return {
      payer,
      trial: this.#payers.allowance('trial'),
      hosted: payer === 'hosted' ? this.#payers.allowance('hosted') : null,
      turnstile: needsChallenge ? (this.#deps.settings.turnstile?.siteKey ?? null) : null,
    };
  }

  /** Verifies a Turnstile token and records that it passed, for good. @throws ProblemError `challenge_required` */
  async passChallenge(token: string, address: string): Promise<void> {
    const { turnstile } = this.#deps.settings;
    if (turnstile === null || this.detail().turnstile === null) return;
    const refusal = challengeRefusal(await verifyTurnstile(turnstile.secret, token, address));
    if (refusal) {
      const { reason, sentence } = refusal;
      throw new ProblemError('challenge_required', sentence, { siteKey: turnstile.siteKey, reason });
    }
    this.#deps.requireStores().visitorGate.markChallengePassed(Date.now());
  }

  async #admitConnected(request: AdmissionRequest, known: boolean): Promise<Admission> {
    const { connection, limits } = this.#deps.requireStores();
    const opened = await connection.credential();
    // The connection was removed between the payer check and here.
    if (!opened.ok && opened.code === 'not_found')
      return refuse('connection', 'connection_broken', 'The connection to Claude was removed. Send the prompt again.', {
        reason: 'removed',
      });
    if (!opened.ok) return { ...opened, payer: 'connection' };
    const { model: wanted, preferred } = request;
    if (wanted !== null && !(await this.#hasModel(wanted)))
      return refuse('connection', 'subscription_required', notOwned(wanted).detail, notOwned(wanted).fields);
    const model = wanted ?? ((await this.#hasModel(preferred)) ? preferred : defaultModel);
    const source = sourceOf(connection);
    const limit = known || request.force ? null : limits.limitOf(source, model, Date.now());
    if (limit) return refuse('connection', 'credit_exhausted', atLimit, { ...limit, reason: 'known' });
    const refusal = this.#openLease(request, 'connection');
    if (refusal) return refusal;
    const { credential } = opened.value;
    return { ok: true, lease: { turn: request.turn, payer: 'connection', trial: null, model, source, credential } };
  }

  /**
   * Opens the lease and lists the project, or returns the refusal. Synchronous: other turns may have been admitted during the awaits
   * before it, so the allowance is checked again here, and whether the turn was given up meanwhile.
   */
  #openLease(request: AdmissionRequest, payer: LeasePayer): Refusal | null {
    const { leases, projects } = this.#deps.requireStores();
    const now = Date.now();
    if (!leases.open(request, payer, this.#payers.limit(payer), now)) return this.#allowanceUsedUp(payer);
    if (leases.find(request.turn)?.state === 'returned')
      return refuse(payer, 'internal', 'This turn was given up. Send the prompt again.', { reason: 'given_up' });
    projects.remember(request.session, request.title, now);
    return null;
  }

  /**
   * Why the operator does not pay this turn, or null. Before the first one of an account, by whichever payer, stand the challenge and
   * the count of new visitors of its address.
   */
  async #operatorRefusal(payer: 'trial' | 'hosted', request: AdmissionRequest): Promise<Refusal | null> {
    const { anthropicKey, hostedDailyUsd, newVisitorsPerAddress, projectsPerAddress, turnstile } = this.#deps.settings;
    if (request.model !== null && request.model !== defaultModel)
      return refuse(payer, 'subscription_required', onlyDefault.detail, onlyDefault.fields);
    if (anthropicKey === null) return this.#noSharedKey(payer);
    if (this.#payers.used(payer) >= this.#payers.limit(payer)) return this.#allowanceUsedUp(payer);
    const gate = this.#deps.stores()?.visitorGate;
    const isNew = !gate?.isAdmitted;
    if (isNew && turnstile && !gate?.hasPassedChallenge) {
      const { siteKey } = turnstile;
      return refuse(payer, 'challenge_required', 'Show that you are a person, then the first turn begins.', {
        siteKey,
      });
    }
    const { address, leastUsd: usd, network = null, session, turn, visitor: account } = request;
    const newProjects = request.newProject ? limitAt(address, projectsPerAddress, defaultNewProjects) : null;
    const refused = await this.#deps.treasury().admitTurn({
      ...{ turn, account, address, network, usd, capUsd: hostedDailyUsd },
      newVisitors: isNew ? limitAt(address, newVisitorsPerAddress, defaultNewVisitors) : null,
      newProject: newProjects === null ? null : { session, limit: newProjects },
    });
    if (refused) return this.#refusedByTreasury(payer, refused, newProjects);
    if (isNew) this.#deps.requireStores().visitorGate.markAdmitted(Date.now());
    return null;
  }

  #refusedByTreasury(payer: LeasePayer, refused: OperatorTurnRefusal, newProjects: number | null): Refusal {
    const { reason } = refused;
    const spent = (why: string, scope: string) =>
      refuse(payer, 'hosted_budget_spent', `${why} Connect your own Claude to go on now, or come back tomorrow.`, {
        scope,
      });
    if (reason === 'projects') {
      const { retryAfter } = refused;
      return refuse(payer, 'too_many_requests', tooManyProjects, { scope: 'projects', limit: newProjects, retryAfter });
    }
    if (reason === 'budget') return spent("Today's shared budget is spent.", reason);
    if (reason === 'account') return spent('Your share of the shared budget of today is spent.', reason);
    if (reason === 'address') return spent('The share of this address in the shared budget of today is spent.', reason);
    if (payer === 'trial')
      return this.#signInRequired(
        'address',
        'As many visitors as may try Redraw in a day have begun from this network.',
        'Sign in to an account that you have, or connect your own Claude.',
      );
    return spent('As many new accounts as get shared turns in a day have begun from this network.', reason);
  }

  /** Whether the connected account has a model. Without a model list nothing is refused here: Claude itself will refuse. */
  async #hasModel(model: string): Promise<boolean> {
    if (model === defaultModel) return true;
    const own = await this.#deps.stores()?.connection.models();
    return !own || isOwnModel(own, model);
  }

  #noSharedKey(payer: LeasePayer): Refusal {
    if (payer === 'trial') return this.#signInRequired('no_shared_key', 'This site shares no key of its own.');
    const detail = 'This site has no shared turns. Connect your own Claude to go on.';
    return refuse(payer, 'hosted_budget_spent', detail, { limit: 0, reason: 'no_shared_key' });
  }

  #allowanceUsedUp(payer: LeasePayer): Refusal {
    const limit = this.#payers.limit(payer);
    if (payer === 'trial') {
      if (limit === 0) return this.#signInRequired('no_trial', 'This site has no trial turns.');
      const used = limit === 1 ? 'The trial turn is used up.' : `All ${limit} trial turns are used up.`;
      return this.#signInRequired('used_up', used);
    }
    if (limit === 0) return this.#noSharedKey(payer);
    const used = limit === 1 ? "Today's shared turn is used up." : `All ${limit} shared turns of today are used up.`;
    const detail = `${used} Connect your own Claude to go on now, or come back tomorrow.`;
    return refuse(payer, 'hosted_budget_spent', detail, { limit, reason: 'used_up' });
  }

  #signInRequired(
    reason: (typeof reasons)['sign_in_required'][number],
    sentence: string,
    advice = 'Sign in to go on building.',
  ): Refusal {
    const limit = this.#payers.limit('trial');
    return refuse('trial', 'sign_in_required', `${sentence} ${advice}`, { limit, reason });
  }
}

/** A limit per address; null where none applies: by default this machine itself is not counted. */
export function limitAt(address: string, setting: number | null, byDefault: number): number | null {
  return setting === null && isLoopback(address) ? null : (setting ?? byDefault);
}

/** Refuses a turn of a visitor who has become a user. */
export const mergedMeanwhile = (limit: number): Refusal =>
  refuse(
    'trial',
    'sign_in_required',
    'Somebody has signed in, in this browser. Reload the page and send the prompt again.',
    { limit },
  );

function refuse(
  payer: LeasePayer,
  code: ProblemCode,
  detail: string,
  fields: Readonly<Record<string, unknown>> = {},
): Refusal {
  return { ok: false, payer, code, detail, fields: { ...fields } };
}
