import type { Lease } from '../../account/billing/admission.ts';
import { type LimitNote, thresholdKey } from '../../account/billing/rate-limit-store.ts';
import type { RateLimit } from '../../claude/rate-limit-headers.ts';
import type { Draft } from '../../protocol/events.ts';
import type { MetaStore } from '../storage/session-meta.ts';

/** What this session knows of the limits of the Claude account that answers it. */
interface Kept extends Omit<LimitNote, 'state'> {
  state: RateLimit | null;
  /** It is the visitor's own connection: only then the account is told. */
  own: boolean;
  /** The account knows of it. */
  told: boolean;
}

/** Thresholds that a session remembers at most; the account drops those whose window has reset. */
const maxAnnounced = 20;

/**
 * Hears what Claude says of limits, as the events of a turn go by: so that a state is told on a change and not with every turn, and that
 * the visitor's account learns of it.
 */
export class LimitTracker {
  readonly #meta: Pick<MetaStore, 'get' | 'set'>;
  /** When Claude last said again what was told before, since the account was told; it may be lost. UNIX milliseconds. */
  #confirmedAt: number | null = null;

  constructor(meta: Pick<MetaStore, 'get' | 'set'>) {
    this.#meta = meta;
  }

  /** A turn begins. Another Claude account than before has told nothing yet. */
  begin({ source, payer }: Pick<Lease, 'source' | 'payer'>): void {
    if (this.#read()?.source === source) return;
    this.#confirmedAt = null;
    const own = payer === 'connection';
    this.#keep({ source, own, announced: [], state: null, at: 0, message: null, told: true });
  }

  /** The state as this session has told it last. */
  get state(): RateLimit | null {
    return this.#read()?.state ?? null;
  }

  /** @param now UNIX milliseconds */
  hear(draft: Draft, now: number): void {
    const kept = this.#read();
    if (!kept) return;
    if (draft.type === 'credit_exhausted' && kept.state?.status === 'rejected')
      this.#keep({ ...kept, message: draft.data.message, told: false });
    if (draft.type !== 'rate_limit') return;
    const state = draft.data;
    this.#keep({
      ...kept,
      state,
      at: now,
      message: null,
      announced: withThreshold(kept.announced, state),
      told: false,
    });
  }

  /** The account still stands as this project has told it last: another project may have heard otherwise in between. */
  confirm(now: number): void {
    this.#confirmedAt = now;
  }

  /** What the account is to be told, or null. */
  note(): LimitNote | null {
    const kept = this.#read();
    if (!kept?.own || kept.state === null || (kept.told && this.#confirmedAt === null)) return null;
    const { source, state, message, announced } = kept;
    return { source, state, at: Math.max(kept.at, this.#confirmedAt ?? 0), message, announced };
  }

  /** The account has taken a note. */
  acknowledged(note: LimitNote): void {
    if (this.#confirmedAt !== null && this.#confirmedAt <= note.at) this.#confirmedAt = null;
    const kept = this.#read();
    if (kept?.source === note.source && kept.at <= note.at && kept.message === note.message && !kept.told)
      this.#keep({ ...kept, told: true });
  }

  #read(): Kept | null {
    const text = this.#meta.get('limit');
    return text === undefined ? null : (JSON.parse(text) as Kept);
  }

  #keep(kept: Kept): void {
    this.#meta.set({ limit: JSON.stringify(kept) });
  }
}

function withThreshold(announced: Kept['announced'], state: RateLimit): Kept['announced'] {
  const { rateLimitType: window, surpassedThreshold: threshold, resetsAt } = state;
  if (threshold === null) return announced;
  const passed = { window, threshold, resetsAt };
  const others = announced.filter((one) => thresholdKey(one) !== thresholdKey(passed));
  return [...others, passed].slice(-maxAnnounced);
}
