import { bindsModel, type RateLimit } from '../../claude/rate-limit-headers.ts';
import type { AnnouncedThreshold } from '../../protocol/resources.ts';

/** What a session knows of the limits of a connection, once it has heard of them from Claude. */
export interface LimitNote {
  /** `Lease.source` of the turn that heard it. */
  source: string;
  state: RateLimit;
  /** UNIX milliseconds at which Claude said it. */
  at: number;
  /** Claude's own words, where it was a refusal. */
  message: string | null;
  /** Thresholds that were told to the visitor. */
  announced: readonly AnnouncedThreshold[];
}

/** Why a turn is not worth a request now. */
export interface KnownLimit {
  resetsAt: number;
  rateLimitType: string | null;
  message: string | null;
}

/** A state without a reset is news for so long. Milliseconds. */
const lastingMs = 86_400_000;

/** Thresholds that are kept at most. */
const maxAnnounced = 50;

/** The last that Claude said about the limits of the account's connection. Of the operator's key nothing comes here. */
export class RateLimitStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Keeps a note, unless a newer one was there before it. Notes may come twice, late, and in any order. */
  note(note: LimitNote, now: number): void {
    const known = this.newest(note.source);
    const newer = known !== null && known.at > note.at ? known : note;
    const announced = merged([...(known?.announced ?? []), ...note.announced], now);
    const kept: LimitNote = { ...newer, announced };
    this.#sql.exec('DELETE FROM rate_limit WHERE source <> ?', note.source);
    this.#sql.exec(
      'INSERT INTO rate_limit (source, note) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET note = ?2',
      note.source,
      JSON.stringify(kept),
    );
  }

  /** The state as it stands now: what has reset, or is old, is no state any more. `now` in UNIX milliseconds. */
  state(source: string, now: number): RateLimit | null {
    const note = this.newest(source);
    return note && (note.state.resetsAt ?? note.at + lastingMs) > now ? note.state : null;
  }

  /** Thresholds that need not be told again. `now` in UNIX milliseconds. */
  announced(source: string, now: number): AnnouncedThreshold[] {
    return merged(this.newest(source)?.announced ?? [], now);
  }

  /**
   * The limit that a turn with this model would run into, or null. A 429 that names neither window nor extra usage was Claude's servers'
   * own, and a window of another model is not this one's.
   */
  limitOf(source: string, model: string, now: number): KnownLimit | null {
    const state = this.state(source, now);
    if (state?.status !== 'rejected' || state.isUsingOverage || state.resetsAt === null) return null;
    if (state.rateLimitType === null && state.overageStatus === null) return null;
    if (!bindsModel(state.rateLimitType, model)) return null;
    const { resetsAt, rateLimitType } = state;
    return { resetsAt, rateLimitType, message: this.newest(source)?.message ?? null };
  }

  forget(): void {
    this.#sql.exec('DELETE FROM rate_limit');
  }

  /** The last note as it was kept, also where it is out of date. */
  newest(source: string): LimitNote | null {
    const row = this.#sql.exec<{ note: string }>('SELECT note FROM rate_limit WHERE source = ?', source).toArray()[0];
    return row ? (JSON.parse(row.note) as LimitNote) : null;
  }
}

/** Each threshold once, without those whose window has reset. */
function merged(all: readonly AnnouncedThreshold[], now: number): AnnouncedThreshold[] {
  const fresh = all.filter(({ resetsAt }) => resetsAt === null || resetsAt > now);
  return [...new Map(fresh.map((one) => [thresholdKey(one), one])).values()].slice(-maxAnnounced);
}

/** Two thresholds with the same key are the same one. */
export const thresholdKey = ({ window, threshold, resetsAt }: AnnouncedThreshold): string =>
  JSON.stringify([window, threshold, resetsAt]);
