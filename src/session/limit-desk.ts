import type { Lease } from '../account/admission.ts';
import { type AnnouncedThreshold, type LimitNote, thresholdKey } from '../account/limit-memory.ts';
import type { RateLimit } from '../claude/rate-limit.ts';
import type { Draft } from '../protocol/events.ts';
import type { MetaStore } from './meta.ts';

/** What this session knows of the limits of the Claude account that answers it. */
interface Kept extends Omit<LimitNote, 'state'> {
  state: RateLimit | null;
  /** It is the visitor's own connection: only then the account is told. */
  own: boolean;
  /** The account knows of it. */
  told: boolean;
}

/**
 * Hears what Claude says of limits, as the events of a turn go by: so that a state is told once and not at every turn, that a threshold is
 * announced once to a visitor, and that their account learns of it.
 */
export class LimitDesk {
  readonly #meta: Pick<MetaStore, 'get' | 'set'>;

  constructor(meta: Pick<MetaStore, 'get' | 'set'>) {
    this.#meta = meta;
  }

  /** A turn begins. Another Claude account than before has told nothing yet. */
  begin({ source, payer, announced }: Pick<Lease, 'source' | 'payer' | 'announced'>): void {
    const kept = this.#read();
    const own = payer === 'connection';
    if (kept?.source === source) this.#keep({ ...kept, announced: joined(kept.announced, announced) });
    else this.#keep({ source, own, announced, state: null, at: 0, message: null, told: true });
  }

  /** The state as this session has told it last. */
  get state(): RateLimit | null {
    return this.#read()?.state ?? null;
  }

  /**
   * Hears an event before it is stored.
   *
   * @param now UNIX milliseconds
   * @returns the event as it is to be told: a threshold that nobody has heard of is marked
   */
  hear(draft: Draft, now: number): Draft {
    const kept = this.#read();
    if (!kept) return draft;
    if (draft.type === 'credit_exhausted' && kept.state?.status === 'rejected')
      this.#keep({ ...kept, message: draft.data.message, told: false });
    if (draft.type !== 'rate_limit') return draft;
    const { announce: _, ...state } = draft.data;
    const passed = thresholdOf(state);
    const announce = passed !== null && !kept.announced.some((one) => thresholdKey(one) === thresholdKey(passed));
    const announced = joined(kept.announced, announce ? [passed] : []);
    this.#keep({ ...kept, state, at: now, message: null, announced, told: false });
    return announce ? { ...draft, data: { ...state, announce } } : draft;
  }

  /** What the account is to be told, or null. */
  note(): LimitNote | null {
    const kept = this.#read();
    if (!kept?.own || kept.told || kept.state === null) return null;
    const { source, state, at, message, announced } = kept;
    return { source, state, at, message, announced };
  }

  /** The account has taken a note. */
  acknowledged(note: LimitNote): void {
    const kept = this.#read();
    if (kept?.source === note.source && kept.at === note.at && kept.message === note.message)
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

function thresholdOf({ rateLimitType, surpassedThreshold, resetsAt }: RateLimit): AnnouncedThreshold | null {
  return surpassedThreshold === null ? null : { window: rateLimitType, threshold: surpassedThreshold, resetsAt };
}

/** Thresholds that a session remembers at most; the account drops those whose window has reset. */
const maxAnnounced = 50;

function joined(one: readonly AnnouncedThreshold[], other: readonly AnnouncedThreshold[]): AnnouncedThreshold[] {
  return [...new Map([...one, ...other].map((each) => [thresholdKey(each), each])).values()].slice(-maxAnnounced);
}
