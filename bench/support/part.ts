import type { Repetitions } from './repeat.ts';
import type { Row } from './report.ts';
import type { Stand } from './stand.ts';

/** One part of the benchmark. */
export interface Part {
  /** As on the command line; the keys of its rows begin with it. */
  name: string;
  /** Whether it leaves the shared stand with work under way, so that no other part may use it. */
  spoilsStand?: true;
  /**
   * @throws NotHere where this machine lacks what it needs
   */
  run(scope: Scope): Promise<Row[]>;
}

/** What a part is given. */
export interface Scope {
  /** Aborted at the part's time limit. */
  readonly signal: AbortSignal;
  /** The Redraw that all parts share, started by the first that asks. */
  stand(): Promise<Stand>;
  /** Registers what is closed when the part ends, however it ends; the newest first. At once where it has ended already. */
  onEnd(close: () => unknown): void;
  /** Repeats `work` as long as the part's time allows. */
  repeat(repetitions: Repetitions, work: (at: number) => unknown): Promise<void>;
}

/** This machine lacks what a part needs. */
export class NotHere extends Error {}
