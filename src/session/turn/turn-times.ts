import * as v from 'valibot';
import type { Draft } from '../../protocol/events.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import type { MetaStore } from '../storage/session-meta.ts';

/** Durations of one turn, for its receipt. Milliseconds. */
const TurnTimes = v.object({
  /** From the start of the turn to Claude's first output; null: there was none. */
  firstTokenMs: v.nullable(v.number()),
  /** Thinking time by step. */
  thinkingMs: v.record(v.string(), v.number()),
});
export type TurnTimes = v.InferOutput<typeof TurnTimes>;

const StoredTimes = v.object({ turn: v.string(), ...TurnTimes.entries });

const outputTypes = new Set<Draft['type']>(['text', 'thinking', 'tool', 'file_delta']);

/** The stored durations of a turn. Only the newest turn's are stored: empty for any other. */
export function turnTimes(meta: Pick<MetaStore, 'get'>, turn: string): TurnTimes {
  const stored = parseStoredOr(StoredTimes, meta.get('times'), null);
  if (stored?.turn !== turn) return { firstTokenMs: null, thinkingMs: {} };
  return { firstTokenMs: stored.firstTokenMs, thinkingMs: stored.thinkingMs };
}

/** Measures a turn by its events. Writes a row at the first token and after each run of thinking, not for each delta. */
export class TurnTimer {
  readonly #meta: Pick<MetaStore, 'get' | 'set'>;
  readonly #turn: string;
  readonly #startedAt: number;
  readonly #now: () => number;
  #times: TurnTimes;
  #thinking: { step: number; since: number } | null = null;

  /** @param startedAt UNIX milliseconds */
  constructor(meta: Pick<MetaStore, 'get' | 'set'>, turn: string, startedAt: number, now: () => number) {
    this.#meta = meta;
    this.#turn = turn;
    this.#startedAt = startedAt;
    this.#now = now;
    this.#times = turnTimes(meta, turn);
  }

  observe(draft: Draft): void {
    if (!outputTypes.has(draft.type)) return;
    const step = 'step' in draft.data && typeof draft.data.step === 'number' ? draft.data.step : 0;
    if (this.#times.firstTokenMs === null) this.#store({ firstTokenMs: this.#now() - this.#startedAt });
    if (draft.type !== 'thinking' || this.#thinking?.step !== step) this.endThinking();
    if (draft.type === 'thinking') this.#thinking ??= { step, since: this.#now() };
  }

  /** Thinking is over: the step has ended or continues with other output. */
  endThinking(): void {
    if (!this.#thinking) return;
    const { step, since } = this.#thinking;
    this.#thinking = null;
    const { thinkingMs } = this.#times;
    this.#store({ thinkingMs: { ...thinkingMs, [step]: (thinkingMs[step] ?? 0) + this.#now() - since } });
  }

  #store(times: Partial<TurnTimes>): void {
    this.#times = { ...this.#times, ...times };
    this.#meta.set({ times: JSON.stringify({ turn: this.#turn, ...this.#times }) });
  }
}
