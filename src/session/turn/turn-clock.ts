import type { Draft } from '../../protocol/events.ts';
import type { MetaStore } from '../storage/session-meta.ts';

/** Times of one turn, for its receipt. Milliseconds. */
export interface TurnTimes {
  /** From the start of the turn to the first thing that Claude said. Null where it said nothing. */
  firstTokenMs: number | null;
  /** How long Claude thought, by step. */
  thinkingMs: Record<string, number>;
}

const outputs = new Set<Draft['type']>(['text', 'thinking', 'tool', 'file_delta']);

/** What is stored of a turn's times; those of another turn are nothing. */
export function timesOf(meta: Pick<MetaStore, 'get'>, turn: string): TurnTimes {
  const stored = JSON.parse(meta.get('times') ?? '{}') as Partial<TurnTimes & { turn: string }>;
  if (stored.turn !== turn) return { firstTokenMs: null, thinkingMs: {} };
  return { firstTokenMs: stored.firstTokenMs ?? null, thinkingMs: stored.thinkingMs ?? {} };
}

/** Takes the times of a turn as its events go by. A row is written at the first token and after each thought, not for each delta. */
export class TurnClock {
  readonly #meta: Pick<MetaStore, 'get' | 'set'>;
  readonly #turn: string;
  readonly #startedAt: number;
  readonly #now: () => number;
  #times: TurnTimes;
  #thought: { step: number; since: number } | null = null;

  /** @param startedAt UNIX milliseconds */
  constructor(meta: Pick<MetaStore, 'get' | 'set'>, turn: string, startedAt: number, now: () => number) {
    this.#meta = meta;
    this.#turn = turn;
    this.#startedAt = startedAt;
    this.#now = now;
    this.#times = timesOf(meta, turn);
  }

  hear(draft: Draft): void {
    if (!outputs.has(draft.type)) return;
    const step = 'step' in draft.data && typeof draft.data.step === 'number' ? draft.data.step : 0;
    if (this.#times.firstTokenMs === null) this.#keep({ firstTokenMs: this.#now() - this.#startedAt });
    if (draft.type !== 'thinking' || this.#thought?.step !== step) this.endThought();
    if (draft.type === 'thinking') this.#thought ??= { step, since: this.#now() };
  }

  /** The step has ended, or goes on with something else. */
  endThought(): void {
    if (!this.#thought) return;
    const { step, since } = this.#thought;
    this.#thought = null;
    const { thinkingMs } = this.#times;
    this.#keep({ thinkingMs: { ...thinkingMs, [step]: (thinkingMs[step] ?? 0) + this.#now() - since } });
  }

  #keep(times: Partial<TurnTimes>): void {
    this.#times = { ...this.#times, ...times };
    this.#meta.set({ times: JSON.stringify({ turn: this.#turn, ...this.#times }) });
  }
}
