import { defaultModel } from '../../claude/model-catalogue.ts';
import { isLoopback } from '../../operator/address-network.ts';
import type { OperatorSpending, Treasury } from '../../operator/treasury.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { AccountDetail, ModelEntry } from '../../protocol/resources.ts';
import { defaultNewProjects, defaultNewVisitors, type Settings } from '../../settings.ts';
import type { Connection } from '../connection/connection.ts';
import type { AccountCredits } from '../credits/account-credits.ts';
import type { ProjectList } from '../storage/project-list.ts';
import type { Admission, AdmissionRequest, Lease, Refusal } from './admission-types.ts';
import { connectedModels, creditModels, isOwnModel, sharedModels } from './allowed-models.ts';
import { CreditAdmission } from './credit-admission.ts';
import { PayerSelection, sourceOf } from './payer.ts';
import type { RateLimitStore } from './rate-limit-store.ts';
import {
  allowanceUsedUp,
  atLimit,
  creditsSpent,
  noSharedKey,
  notOnPlan,
  notOwned,
  onlyDefault,
  refuse,
  refusedByTreasury,
  type Worded,
} from './refusals.ts';
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
  credits: AccountCredits;
}

/** New visitors and new projects that the treasury counts for the address of a turn; null: not counted. */
type AddressCounts = Pick<OperatorSpending, 'newVisitors' | 'newProject'>;

/** Decides whether a turn may run, and leases it to its payer. */
export class TurnAdmission {
  readonly #deps: TurnAdmissionDeps;
  readonly #payers: PayerSelection;
  readonly #credits: CreditAdmission;

  constructor(deps: TurnAdmissionDeps) {
    this.#deps = deps;
    this.#credits = new CreditAdmission(deps.credits);
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
    if (payer === 'credits') return this.#admitOnCredits(request, known !== undefined);
    const refusal = (known ? null : await this.#operatorRefusal(payer, request)) ?? this.#openLease(request, payer);
    if (refusal) return refusal;
    const trial = payer === 'trial' ? this.#payers.allowance('trial') : null;
    return { ok: true, lease: { turn: request.turn, payer, trial, model: defaultModel, ...this.#sharedKey() } };
  }

  /** Why a session may not be set to a model now, or null. */
  async modelRefusal(model: string): Promise<Worded | null> {
    if (this.payer === 'credits') return this.#credits.modelRefusal(model);
    if (this.payer !== 'connection') return model === defaultModel ? null : onlyDefault;
    return (await this.#hasModel(model)) ? null : notOwned(model);
  }

  /** The models that the payer offers, and which of them it pays now. */
  async models(): Promise<ModelEntry[]> {
    if (this.payer === 'credits') return creditModels((id) => this.#credits.allows(id));
    if (this.payer !== 'connection') return [...sharedModels];
    return connectedModels((await this.#deps.stores()?.connection.models()) ?? null);
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
    if (wanted !== null && !(await this.#hasModel(wanted))) return notOnPlan('connection', notOwned(wanted));
    const model = wanted ?? ((await this.#hasModel(preferred)) ? preferred : defaultModel);
    const source = sourceOf(connection);
    const limit = known || request.force ? null : limits.limitOf(source, model, Date.now());
    if (limit) return refuse('connection', 'credit_exhausted', atLimit, { ...limit, reason: 'known' });
    const refusal = this.#openLease(request, 'connection');
    if (refusal) return refusal;
    const { credential } = opened.value;
    const { turn } = request;
    return {
      ok: true,
      lease: { turn, payer: 'connection', trial: null, model, source, credential, ...this.#credits.sandbox() },
    };
  }

  async #admitOnCredits(request: AdmissionRequest, known: boolean): Promise<Admission> {
    const { credits, requireStores } = this.#deps;
    const model = this.#credits.modelFor(request);
    if (typeof model !== 'string') return notOnPlan('credits', model);
    const gate = known ? null : this.#gateRefusal('credits');
    if (gate) return gate;
    const full = known ? null : this.#projectsRefusal(request);
    if (full) return full;
    const { address, network = null, turn, visitor: account } = request;
    const counts = known ? { newVisitors: null, newProject: null } : this.#countsOf(request);
    const hold = await this.#credits.hold(request, model, { account, address, network, ...counts });
    if (!hold.ok && hold.why === 'refused') return refusedByTreasury('credits', hold.refused, this.#limits(counts));
    if (!hold.ok) {
      if (request.queued) credits.waiting.add(request.session);
      const { balance, needed } = hold;
      return creditsSpent({ balance, needed, resetsAt: credits.nextResetAt() });
    }
    requireStores().visitorGate.markAdmitted(Date.now());
    // Asked again: others were admitted meanwhile.
    const refusal = (known ? null : this.#projectsRefusal(request)) ?? this.#openLease(request, 'credits');
    if (refusal) {
      credits.settle({ turn, isCounted: false, calls: [] });
      return refusal;
    }
    const { call, amount, parts } = hold;
    return {
      ok: true,
      lease: {
        turn,
        payer: 'credits',
        trial: null,
        model,
        hold: { call, amount, parts },
        ...this.#sharedKey(),
        ...this.#credits.sandbox(),
      },
    };
  }

  /**
   * Opens the lease and lists the project, or returns the refusal. Synchronous: other turns may have been admitted during the awaits
   * before it, so the allowance is checked again here, and whether the turn was given up meanwhile.
   */
  #openLease(request: AdmissionRequest, payer: LeasePayer): Refusal | null {
    const { leases, projects } = this.#deps.requireStores();
    const now = Date.now();
    const limit = this.#payers.limit(payer);
    if (!leases.open(request, payer, limit, now)) return allowanceUsedUp(payer, limit);
    if (leases.find(request.turn)?.state === 'returned')
      return refuse(payer, 'internal', 'This turn was given up. Send the prompt again.', { reason: 'given_up' });
    projects.remember(request.session, request.title, now);
    return null;
  }

  /** Why the account's plan has no room for the project that a turn makes, or null. */
  #projectsRefusal({ newProject, session }: AdmissionRequest): Refusal | null {
    const projects = this.#deps.stores()?.projects;
    if (!newProject || !projects || projects.titleOf(session) !== null) return null;
    const full = this.#credits.projectsRefusal(projects.count);
    return full && notOnPlan('credits', full);
  }

  /** Why the operator does not pay this turn, by trial or within a user's turns of the day; or null. */
  async #operatorRefusal(payer: 'trial' | 'hosted', request: AdmissionRequest): Promise<Refusal | null> {
    if (request.model !== null && request.model !== defaultModel) return notOnPlan(payer, onlyDefault);
    const limit = this.#payers.limit(payer);
    const isUsedUp = this.#payers.used(payer) >= limit;
    const gate = this.#gateRefusal(payer, isUsedUp ? allowanceUsedUp(payer, limit) : null);
    if (gate) return gate;
    const { address, leastUsd: usd, network = null, turn, visitor: account } = request;
    const counts = this.#countsOf(request);
    const capUsd = this.#deps.settings.hostedDailyUsd;
    const refused = await this.#deps
      .treasury()
      .admitTurn({ ...counts, ...{ turn, account, address, network, usd, capUsd } });
    if (refused) return refusedByTreasury(payer, refused, this.#limits(counts));
    this.#deps.requireStores().visitorGate.markAdmitted(Date.now());
    return null;
  }

  /** Without a key nothing runs, and before the first turn of an account that the operator pays, by whichever payer, stands the challenge. */
  #gateRefusal(payer: LeasePayer, usedUp: Refusal | null = null): Refusal | null {
    const { anthropicKey, turnstile } = this.#deps.settings;
    if (anthropicKey === null) return noSharedKey(payer, this.#payers.limit('trial'));
    if (usedUp) return usedUp;
    const gate = this.#deps.stores()?.visitorGate;
    if (!turnstile || gate?.isAdmitted || gate?.hasPassedChallenge) return null;
    const { siteKey } = turnstile;
    return refuse(payer, 'challenge_required', 'Show that you are a person, then the first turn begins.', { siteKey });
  }

  #countsOf({ address, newProject, session }: AdmissionRequest): AddressCounts {
    const { newVisitorsPerAddress, projectsPerAddress } = this.#deps.settings;
    const newProjects = newProject ? limitAt(address, projectsPerAddress, defaultNewProjects) : null;
    const isAdmitted = this.#deps.stores()?.visitorGate.isAdmitted;
    return {
      newVisitors: isAdmitted ? null : limitAt(address, newVisitorsPerAddress, defaultNewVisitors),
      newProject: newProjects === null ? null : { session, limit: newProjects },
    };
  }

  #limits({ newProject }: AddressCounts): { trial: number; newProjects: number | null } {
    return { trial: this.#payers.limit('trial'), newProjects: newProject?.limit ?? null };
  }

  #sharedKey(): Pick<Lease, 'source' | 'credential'> {
    const credential = { kind: 'api_key', key: this.#deps.settings.anthropicKey ?? '' } as const;
    return { source: 'shared', credential };
  }

  /** Whether the connected account has a model. Without a model list nothing is refused here: Claude itself will refuse. */
  async #hasModel(model: string): Promise<boolean> {
    if (model === defaultModel) return true;
    const own = await this.#deps.stores()?.connection.models();
    return !own || isOwnModel(own, model);
  }
}

/** A limit per address; null where none applies: by default this machine itself is not counted. */
export function limitAt(address: string, setting: number | null, byDefault: number): number | null {
  return setting === null && isLoopback(address) ? null : (setting ?? byDefault);
}
