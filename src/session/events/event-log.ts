import type { Draft, RedrawEvent } from '../../protocol/events.ts';
import { assertRowChars } from '../../storage/row-size.ts';
import { unseenData } from './merged-deltas.ts';

/** Coalescing window: deltas of one block within it become one row and one event, as a row per token costs too much. Milliseconds. */
const coalesceMs = 20;

/**
 * On a slow disk the window widens to this multiple of the last sync, up to a maximum (milliseconds): a busy machine would otherwise write
 * ever more rows of ever fewer characters.
 */
const coalesceFactor = 4;
const longestCoalesceMs = 500;

/** Maximum characters of one delta event: a file that arrives in one piece is split. */
const maxDeltaChars = 64_000;

/** Characters of one page read from the log, at least one event: the memory that a reader's stream needs while it catches up. */
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

/** A row of the log. `data` is one line of JSON. */
export interface StoredEvent {
  seq: number;
  type: string;
  data: string;
}

interface Deps {
  storage: Pick<DurableObjectStorage, 'sql' | 'sync'>;
  /** Called with events in order, once they are durable. */
  deliver(events: StoredEvent[]): void;
  /** Called when the disk fails: no further event can be guaranteed. */
  onFailure(error: unknown): void;
  now(): number;
}

/**
 * The append-only event log of a session. Sequence numbers rise by one. An event is delivered only after its row is durable, so a sequence
 * number that a client has seen never changes its meaning. The first delta of a block is stored at once, later ones are coalesced.
 */
export class EventLog {
  readonly #deps: Deps;
  readonly #sql: SqlStorage;
  #seq: number;
  #durableSeq: number;
  #undelivered: StoredEvent[] = [];
  #pumping: Promise<void> | null = null;
  #heldDelta: { key: string; draft: Delta; turn: string } | null = null;
  #lastKey = '';
  /** When the next delta of the block may be stored, UNIX milliseconds. */
  #dueAt = 0;
  #coalesceMs = coalesceMs;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#sql = deps.storage.sql;
    this.#seq = this.#sql.exec<{ seq: number | null }>('SELECT max(seq) AS seq FROM event').one().seq ?? 0;
    this.#durableSeq = this.#seq;
  }

  /** The newest sequence number assigned. */
  get seq(): number {
    return this.#seq;
  }

  /** The newest sequence number whose row is durable: clients may see events up to here. */
  get durableSeq(): number {
    return this.#durableSeq;
  }

  /** Appends an event. @param turn id of its turn; null for an event outside turns */
  emit(draft: Draft, turn: string | null): void {
    if (isDelta(draft) && turn !== null) this.#emitDelta(draft, turn);
    else this.#store(draft, turn);
  }

  /** Stores the delta that is held back for coalescing, if any. */
  flushDelta(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const delta = this.#heldDelta;
    this.#heldDelta = null;
    if (delta) this.#insert(delta.draft, delta.turn);
  }

  /** Resolves when every event emitted so far is durable and delivered. */
  async drain(): Promise<void> {
    this.flushDelta();
    while (this.#pumping) await this.#pumping;
  }

  /**
   * Reads durable events after the sequence number `after`, oldest first: at most `limit`, fewer if they are large. From a compacted block,
   * only the part that a reader at `after` has not received.
   */
  read(after: number, limit: number): StoredEvent[] {
    const events: StoredEvent[] = [];
    let chars = 0;
    const rows = this.#sql.exec<{ seq: number; type: string; data: string; marks: string | null }>(
      'SELECT seq, type, data, marks FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
      after,
      this.#durableSeq,
      limit,
    );
    for (const { seq, type, data, marks } of rows) {
      events.push({ seq, type, data: marks === null ? data : unseenData(data, marks, after) });
      chars += data.length;
      if (chars >= maxPageChars) break;
    }
    return events;
  }

  #emitDelta(draft: Delta, turn: string): void {
    const key = blockKey(draft);
    if (this.#heldDelta && this.#heldDelta.key !== key) this.flushDelta();
    if (this.#heldDelta) {
      this.#heldDelta.draft.data.delta += draft.data.delta;
      if (this.#heldDelta.draft.data.delta.length >= maxDeltaChars) this.flushDelta();
      return;
    }
    const wait = this.#dueAt - this.#deps.now();
    if (key !== this.#lastKey || wait <= 0 || draft.data.delta.length >= maxDeltaChars) {
      this.#insert(draft, turn);
      return;
    }
    this.#heldDelta = { key, draft: { ...draft, data: { ...draft.data } } as Delta, turn };
    this.#timer = setTimeout(() => this.flushDelta(), wait);
  }

  #insert(draft: Delta, turn: string): void {
    const { delta } = draft.data;
    for (let at = 0; at < delta.length || at === 0; at += maxDeltaChars) {
      const piece = delta.length <= maxDeltaChars ? delta : delta.slice(at, at + maxDeltaChars);
      this.#append(draft.type, { ...draft.data, delta: piece }, turn, draft.data.step);
    }
    const key = blockKey(draft);
    const now = this.#deps.now();
    // The window counts from the due time, not from arrival: otherwise tokens at exactly this pace would wait longer and longer.
    const start = key === this.#lastKey ? Math.max(this.#dueAt, now - this.#coalesceMs) : now;
    this.#dueAt = Math.min(start, now) + this.#coalesceMs;
    this.#lastKey = key;
  }

  #store(draft: Draft, turn: string | null): void {
    this.flushDelta();
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

  /** Delivers durable events in order, one sync at a time. */
  async #pump(): Promise<void> {
    try {
      while (this.#undelivered.length > 0) {
        // Events emitted in one synchronous run are one transaction, and are delivered together.
        await null;
        // Events appended during the sync may not be durable yet: they wait for the next round.
        const events = this.#undelivered;
        this.#undelivered = [];
        const before = this.#deps.now();
        await this.#deps.storage.sync();
        const took = this.#deps.now() - before;
        this.#coalesceMs = Math.min(longestCoalesceMs, Math.max(coalesceMs, took * coalesceFactor));
        this.#durableSeq = events.at(-1)?.seq ?? this.#durableSeq;
        this.#deps.deliver(events);
      }
    } catch (error) {
      this.#deps.onFailure(error);
    } finally {
      this.#pumping = null;
    }
  }
}
