import type { Draft, RedrawEvent } from '../../protocol/events.ts';
import { assertRowChars } from '../../storage/row-size.ts';
import { unseen } from './merged-deltas.ts';

/** Deltas of one block that come within this time after the last are stored and sent as one: a row a token costs too much. */
const coalesceMs = 20;

/**
 * Where storing takes long, the time grows to so many times what it took, or a busy machine would write ever more rows of ever fewer
 * characters. Milliseconds at the most.
 */
const coalesceWrites = 4;
const longestCoalesceMs = 500;

/** Characters of one delta event at the most: a file that arrives in one piece is split. */
const maxDeltaChars = 64_000;

/** Characters that are read from the log at a time, or one event: what a reader's stream holds in memory while it catches up. */
const maxPageChars = 1_000_000;

type Delta = Extract<Draft, { type: 'text' | 'thinking' | 'file_delta' | 'tool_output' }>;

function isDelta(draft: Draft): draft is Delta {
  return (
    draft.type === 'text' || draft.type === 'thinking' || draft.type === 'file_delta' || draft.type === 'tool_output'
  );
}

function blockKey(draft: Delta): string {
  const { turn, step } = draft.data;
  if (draft.type === 'tool_output') return `output ${turn} ${step} ${draft.data.id}`;
  return draft.type === 'file_delta'
    ? `file ${turn} ${step} ${draft.data.id} ${draft.data.path}`
    : `${draft.type} ${turn} ${step}`;
}

function stepOf(draft: Draft): number | null {
  return 'step' in draft.data && typeof draft.data.step === 'number' ? draft.data.step : null;
}

/** An event as it stands in the log: `data` is one line of JSON. */
export interface StoredEvent {
  seq: number;
  type: string;
  data: string;
}

interface Options {
  storage: Pick<DurableObjectStorage, 'sql' | 'sync'>;
  /** Called with events in order, once they are durable. */
  deliver(events: StoredEvent[]): void;
  /** Called when the disk fails: nothing more can be promised. */
  failed(error: unknown): void;
  now(): number;
}

/**
 * The log of a session's events. Sequence numbers rise by one. An event is delivered only after its row is durable, so that an id,
 * once seen, means the same for ever. The first delta of a block is stored at once, later ones are coalesced.
 */
export class EventLog {
  readonly #options: Options;
  readonly #sql: SqlStorage;
  #seq: number;
  #durable: number;
  #undelivered: StoredEvent[] = [];
  #pumping: Promise<void> | null = null;
  #held: { key: string; draft: Delta; turn: string } | null = null;
  #lastKey = '';
  /** When the next delta event of the block is due. */
  #dueAt = 0;
  #coalesceMs = coalesceMs;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#sql = options.storage.sql;
    this.#seq = this.#sql.exec<{ seq: number | null }>('SELECT max(seq) AS seq FROM event').one().seq ?? 0;
    this.#durable = this.#seq;
  }

  /** The newest sequence number that was given. */
  get seq(): number {
    return this.#seq;
  }

  /** The newest sequence number that may be shown. */
  get durableSeq(): number {
    return this.#durable;
  }

  /** Appends an event of a turn, or one that belongs to none. */
  emit(draft: Draft, turn: string | null): void {
    if (isDelta(draft) && turn !== null) this.#emitDelta(draft, turn);
    else this.#store(draft, turn);
  }

  /** Stores the delta that is being held back, if there is one. */
  release(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const held = this.#held;
    this.#held = null;
    if (held) this.#insert(held.draft, held.turn);
  }

  /** Resolves when all that was emitted so far is durable and delivered. */
  async settled(): Promise<void> {
    this.release();
    while (this.#pumping) await this.#pumping;
  }

  /**
   * Durable events after `after`, oldest first: `limit` of them at the most, and fewer where they are large. Of a block that was
   * compacted since, only what a reader at `after` has not had yet.
   */
  read(after: number, limit: number): StoredEvent[] {
    const events: StoredEvent[] = [];
    let chars = 0;
    const rows = this.#sql.exec<{ seq: number; type: string; data: string; marks: string | null }>(
      'SELECT seq, type, data, marks FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
      after,
      this.#durable,
      limit,
    );
    for (const { seq, type, data, marks } of rows) {
      events.push({ seq, type, data: marks === null ? data : unseen(data, marks, after) });
      chars += data.length;
      if (chars >= maxPageChars) break;
    }
    return events;
  }

  #emitDelta(draft: Delta, turn: string): void {
    const key = blockKey(draft);
    if (this.#held && this.#held.key !== key) this.release();
    if (this.#held) {
      this.#held.draft.data.delta += draft.data.delta;
      if (this.#held.draft.data.delta.length >= maxDeltaChars) this.release();
      return;
    }
    const wait = this.#dueAt - this.#options.now();
    if (key !== this.#lastKey || wait <= 0 || draft.data.delta.length >= maxDeltaChars) {
      this.#insert(draft, turn);
      return;
    }
    this.#held = { key, draft: { ...draft, data: { ...draft.data } } as Delta, turn };
    this.#timer = setTimeout(() => this.release(), wait);
  }

  #insert(draft: Delta, turn: string): void {
    const { delta } = draft.data;
    for (let at = 0; at < delta.length || at === 0; at += maxDeltaChars) {
      const piece = delta.length <= maxDeltaChars ? delta : delta.slice(at, at + maxDeltaChars);
      this.#append(draft.type, { ...draft.data, delta: piece }, turn, draft.data.step);
    }
    const key = blockKey(draft);
    const now = this.#options.now();
    // Counted from when this one was due: from when it came, tokens at just this pace would wait longer and longer for each other.
    const from = key === this.#lastKey ? Math.max(this.#dueAt, now - this.#coalesceMs) : now;
    this.#dueAt = Math.min(from, now) + this.#coalesceMs;
    this.#lastKey = key;
  }

  #store(draft: Draft, turn: string | null): void {
    this.release();
    this.#lastKey = '';
    this.#append(draft.type, draft.data, turn, stepOf(draft));
  }

  #append(type: RedrawEvent['type'], data: object, turn: string | null, step: number | null): void {
    const json = assertRowChars(JSON.stringify(data));
    const seq = this.#seq + 1;
    this.#sql.exec(
      'INSERT INTO event (seq, turn, step, type, data) VALUES (?, ?, ?, ?, ?)',
      seq,
      turn,
      step,
      type,
      json,
    );
    this.#seq = seq;
    this.#undelivered.push({ seq, type, data: json });
    this.#pumping ??= this.#pump();
  }

  /** Delivers what has become durable, in order, one wait for the disk at a time. */
  async #pump(): Promise<void> {
    try {
      while (this.#undelivered.length > 0) {
        // What is emitted in one go is written in one transaction, and leaves as one.
        await null;
        // Events that come in while the disk is awaited may not be durable yet: they wait for the next round.
        const events = this.#undelivered;
        this.#undelivered = [];
        const before = this.#options.now();
        await this.#options.storage.sync();
        const took = this.#options.now() - before;
        this.#coalesceMs = Math.min(longestCoalesceMs, Math.max(coalesceMs, took * coalesceWrites));
        this.#durable = events.at(-1)?.seq ?? this.#durable;
        this.#options.deliver(events);
      }
    } catch (error) {
      this.#options.failed(error);
    } finally {
      this.#pumping = null;
    }
  }
}
