import * as v from 'valibot';
import { outlastsSilence, type RateLimit, windowCoversModel } from '../../claude/rate-limit-headers.ts';
import { RateLimitEvent } from '../../protocol/events.ts';
import type { AnnouncedThreshold } from '../../protocol/resources.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';

/** A session's report of what Claude said about the limits of a connection. */
export const LimitNote = v.object({
  /** `Lease.source` of the turn that received it. */
  source: v.string(),
  state: RateLimitEvent,
  /** True where Claude had nothing to say of limits. */
  silent: v.optional(v.boolean()),
  /** UNIX milliseconds at which Claude said it. */
  at: v.number(),
  /** Claude's message, if it was a refusal. */
  message: v.nullable(v.string()),
  /** Thresholds that were announced to the visitor. */
  announced: v.array(
    v.object({ window: v.nullable(v.string()), threshold: v.number(), resetsAt: v.nullable(v.number()) }),
  ),
});
export interface LimitNote extends Omit<v.InferOutput<typeof LimitNote>, 'state' | 'announced'> {
  state: RateLimit;
  announced: readonly AnnouncedThreshold[];
}

/** The limit at which Claude would refuse a turn. */
export interface KnownLimit {
  resetsAt: number;
  rateLimitType: string | null;
  message: string | null;
}

/** How long a state without a reset time is valid. Milliseconds. */
const stateWithoutResetMs = 86_400_000;

/** Maximum of stored thresholds. */
const maxAnnounced = 50;

/** Claude's last statement about the limits of the account's own connection. Limits of the operator's key are not stored. */
export class RateLimitStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Stores a note, unless a newer one is stored. Notes may arrive twice, late, and in any order. `now` in UNIX milliseconds. */
  record(note: LimitNote, now: number): void {
    const known = this.newest(note.source);
    // A note that says nothing of limits, from a project that knew of none, takes no warning of another project back.
    const stands = known !== null && note.silent === true && outlastsSilence(known.state, now);
    const newer = known !== null && (known.at > note.at || stands) ? known : note;
    const announced = merged([...(known?.announced ?? []), ...note.announced], now);
    const stored: LimitNote = { ...newer, announced };
    this.#sql.exec('DELETE FROM rate_limit WHERE source <> ?', note.source);
    this.#sql.exec(
      'INSERT INTO rate_limit (source, note) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET note = ?2',
      note.source,
      JSON.stringify(stored),
    );
  }

  /** The current state; null once it has reset or expired. `now` in UNIX milliseconds. */
  state(source: string, now: number): RateLimit | null {
    const note = this.newest(source);
    return note && (note.state.resetsAt ?? note.at + stateWithoutResetMs) > now ? note.state : null;
  }

  /** Thresholds that must not be announced again. `now` in UNIX milliseconds. */
  announced(source: string, now: number): AnnouncedThreshold[] {
    return merged(this.newest(source)?.announced ?? [], now);
  }

  /**
   * The limit that a turn with this model would hit, or null. A 429 that names neither a window nor extra usage came from Claude's
   * servers, not from the account's limit; a window of another model does not apply.
   */
  limitOf(source: string, model: string, now: number): KnownLimit | null {
    const state = this.state(source, now);
    if (state?.status !== 'rejected' || state.isUsingOverage || state.resetsAt === null) return null;
    if (state.rateLimitType === null && state.overageStatus === null) return null;
    if (!windowCoversModel(state.rateLimitType, model)) return null;
    const { resetsAt, rateLimitType } = state;
    return { resetsAt, rateLimitType, message: this.newest(source)?.message ?? null };
  }

  forget(): void {
    this.#sql.exec('DELETE FROM rate_limit');
  }

  /** The last note as it was stored, even if it is out of date. */
  newest(source: string): LimitNote | null {
    const row = this.#sql.exec<{ note: string }>('SELECT note FROM rate_limit WHERE source = ?', source).toArray()[0];
    return parseStoredOr(LimitNote, row?.note, null);
  }
}

/** Without duplicates, and without thresholds whose window has reset. */
function merged(all: readonly AnnouncedThreshold[], now: number): AnnouncedThreshold[] {
  const fresh = all.filter(({ resetsAt }) => resetsAt === null || resetsAt > now);
  return [...new Map(fresh.map((one) => [thresholdKey(one), one])).values()].slice(-maxAnnounced);
}

/** Two thresholds with the same key are the same one. */
export const thresholdKey = ({ window, threshold, resetsAt }: AnnouncedThreshold): string =>
  JSON.stringify([window, threshold, resetsAt]);
