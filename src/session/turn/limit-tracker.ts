import * as v from 'valibot';
import type { Lease } from '../../account/billing/admission-types.ts';
import { LimitNote, thresholdKey } from '../../account/billing/rate-limit-store.ts';
import type { RateLimit } from '../../claude/rate-limit-headers.ts';
import type { Draft } from '../../protocol/events.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import type { MetaStore } from '../storage/session-meta.ts';

/** What the session knows about the rate limits of the Claude account that answers it. Stored as JSON: its keys are the stored ones. */
interface TrackedLimit extends Omit<LimitNote, 'state'> {
  state: RateLimit | null;
  /** Whether the visitor's own connection pays: only then is the account notified. */
  own: boolean;
  /** Whether the account has acknowledged this state. */
  told: boolean;
}

const TrackedLimit = v.object({
  ...LimitNote.entries,
  state: v.nullable(LimitNote.entries.state),
  own: v.boolean(),
  told: v.boolean(),
});

/** Maximum thresholds that a session remembers; the account drops those whose window has reset. */
const maxAnnounced = 20;

/**
 * Tracks Claude's rate limits by the events of turns, so that a state is announced when it changes and not with every turn, and so that
 * the visitor's account learns of it.
 */
export class LimitTracker {
  readonly #meta: Pick<MetaStore, 'get' | 'set'>;
  /** When Claude last repeated the known state since the account was notified, UNIX milliseconds. In memory: it may get lost. */
  #confirmedAt: number | null = null;
  #confirmedSilently = false;

  constructor(meta: Pick<MetaStore, 'get' | 'set'>) {
    this.#meta = meta;
  }

  /** A turn begins. If another Claude account answers than before, nothing is known yet. */
  begin({ source, payer }: Pick<Lease, 'source' | 'payer'>): void {
    if (this.#read()?.source === source) return;
    this.#confirmedAt = null;
    const own = payer === 'connection';
    this.#store({ source, own, announced: [], state: null, at: 0, message: null, told: true });
  }

  /** The state that this session announced last. */
  get state(): RateLimit | null {
    return this.#read()?.state ?? null;
  }

  /** @param now UNIX milliseconds */
  observe(draft: Draft, now: number): void {
    // Called for each token of a turn: what is stored is read for few of them.
    if (draft.type !== 'credit_exhausted' && draft.type !== 'rate_limit') return;
    const limit = this.#read();
    if (!limit) return;
    if (draft.type === 'credit_exhausted' && limit.state?.status === 'rejected')
      this.#store({ ...limit, message: draft.data.message, told: false });
    if (draft.type !== 'rate_limit') return;
    const state = draft.data;
    this.#store({
      ...limit,
      state,
      silent: false,
      at: now,
      message: null,
      announced: withThreshold(limit.announced, state),
      told: false,
    });
  }

  /** Claude repeated the known state; another project may have reported a different one in between. `now` in UNIX milliseconds. */
  confirm(now: number, silent = false): void {
    this.#confirmedAt = now;
    this.#confirmedSilently = silent;
  }

  /** The state that was just observed is that of an answer without a word of limits. */
  markSilent(): void {
    const limit = this.#read();
    if (limit) this.#store({ ...limit, silent: true });
  }

  /** The note that the account has not acknowledged yet, or null. */
  pendingNote(): LimitNote | null {
    const limit = this.#read();
    if (!limit?.own || limit.state === null || (limit.told && this.#confirmedAt === null)) return null;
    const { source, state, message, announced } = limit;
    const silent = this.#confirmedAt === null ? limit.silent : this.#confirmedSilently;
    const at = Math.max(limit.at, this.#confirmedAt ?? 0);
    return { source, state, ...(silent ? { silent } : {}), at, message, announced };
  }

  /** The account has stored a note. */
  acknowledge(note: LimitNote): void {
    if (this.#confirmedAt !== null && this.#confirmedAt <= note.at) this.#confirmedAt = null;
    const limit = this.#read();
    if (limit?.source === note.source && limit.at <= note.at && limit.message === note.message && !limit.told)
      this.#store({ ...limit, told: true });
  }

  #read(): TrackedLimit | null {
    return parseStoredOr(TrackedLimit, this.#meta.get('limit'), null);
  }

  #store(limit: TrackedLimit): void {
    this.#meta.set({ limit: JSON.stringify(limit) });
  }
}

/** Adds the threshold that a state has surpassed, each threshold once. */
function withThreshold(announced: TrackedLimit['announced'], state: RateLimit): TrackedLimit['announced'] {
  const { rateLimitType: window, surpassedThreshold: threshold, resetsAt } = state;
  if (threshold === null) return announced;
  const passed = { window, threshold, resetsAt };
  const others = announced.filter((one) => thresholdKey(one) !== thresholdKey(passed));
  return [...others, passed].slice(-maxAnnounced);
}
