import * as v from 'valibot';
import {
  type DeltaDraft,
  type Draft,
  type FileDraft,
  isDelta,
  isTimed,
  type PlainDraft,
} from '../../protocol/events.ts';
import { assertRowChars } from '../../storage/row-size.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import { eventsOf, rowsOfLines } from './event-rows.ts';
import { blockKey, chunkJson, type OpenBlock, openBlock } from './open-block.ts';
import { SupersededEvents } from './superseded-events.ts';

/** How long text stays in flight, at most, before it is stored. Milliseconds. A row costs money: one for each token is ten times too many. */
const storeAfterMs = 2_000;

/** Characters of streamed text in one event. As JSON they may take six times as many. */
const maxChunkChars = 64_000;

/** Characters of one page read from the log, at least one event: the memory that a reader's stream needs while it catches up. */
const maxPageChars = 1_000_000;

/** `data` is one line of JSON. */
export interface StoredEvent {
  seq: number;
  type: string;
  data: string;
}

/** An event on its way to the readers. `seq` is null for text in flight. */
export type SentEvent = StoredEvent | { seq: null; type: string; data: string };

/** An event that waits for the disk, or for those before it. */
interface Undelivered {
  event: SentEvent;
  /** The block whose text it carries; null: it carries none. */
  block: OpenBlock | null;
  /** Where in the block its text ends. */
  end: number;
}

interface Deps {
  storage: Pick<DurableObjectStorage, 'sql' | 'sync'>;
  /** The highest number of a block that was ever given to one, as far as the rows do not tell it. */
  meta: { get(key: 'block'): string | undefined; set(values: { block: string }): void };
  /** The newest event of the turns that ended so long ago that nobody needs their files as they were being written. */
  settledSeq(): number;
  /** Called with events in order; those with a sequence number are durable. */
  deliver(events: SentEvent[]): void;
  /** Called when the disk fails: no further event can be guaranteed. */
  onFailure(error: unknown): void;
}

/**
 * The append-only event log of a session. Sequence numbers rise by one. An event with a number is delivered only after its row is durable,
 * so a number that a client has seen never changes its meaning. Of events between turns that newer ones have superseded, old ones are
 * deleted: readers see gaps there.
 *
 * Streamed text is delivered at once, without a number. It is stored at the end of its block and every two seconds; at most one block is
 * open. Text in flight is lost with the object: its step is asked again then.
 */
export class EventLog {
  readonly #deps: Deps;
  readonly #sql: SqlStorage;
  readonly #superseded: SupersededEvents;
  #seq: number;
  #durableSeq: number;
  #newestBlock: number;
  #open: OpenBlock | null = null;
  #undelivered: Undelivered[] = [];
  #pumping: Promise<void> | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#sql = deps.storage.sql;
    this.#superseded = new SupersededEvents(this.#sql);
    this.#seq = this.#sql.exec<{ seq: number | null }>('SELECT max(seq) AS seq FROM event').one().seq ?? 0;
    this.#durableSeq = this.#seq;
    this.#newestBlock = Math.max(Number(deps.meta.get('block') ?? 0), this.#lastStoredBlock());
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
    if (isDelta(draft)) this.#emitDelta(draft, turn ?? draft.data.turn);
    else this.#store(draft, turn);
  }

  /** Appends the changes of files that belong together: many in a row of the log, each with a number of its own. */
  emitFiles(drafts: readonly FileDraft[], turn: string | null): void {
    const lines = drafts.map(({ data }) => JSON.stringify(data));
    for (const row of rowsOfLines(lines)) this.#append('file', row, turn, null, null, 0);
  }

  /** Stores what is in flight, and closes its block. */
  closeBlock(): void {
    const block = this.#open;
    if (!block) return;
    this.#storeText(block);
    this.#open = null;
  }

  /** Drops the text that is in flight, as its step is asked again. @returns whether there was any */
  dropBlock(): boolean {
    const block = this.#open;
    if (!block) return false;
    if (block.timer) clearTimeout(block.timer);
    this.#open = null;
    this.#keepBlockNumber();
    return true;
  }

  /** A turn is resumed: the number of the block that may have been in flight when the object was lost is not used again. */
  skipLostBlock(): void {
    this.#newestBlock += 1;
    this.#keepBlockNumber();
  }

  /** Resolves when every event emitted so far is delivered, and what has a number is durable. */
  async drain(): Promise<void> {
    this.closeBlock();
    while (this.#pumping) await this.#pumping;
  }

  /**
   * Reads durable events after the sequence number `after`, oldest first: at most `limit`, fewer if they are large. Files as they were
   * being written are left out where their turn has long ended. They are not deleted: that costs a row written each, as much as five
   * months of a kilobyte, and rows are what the free plan has least of.
   */
  read(after: number, limit: number): StoredEvent[] {
    const events: StoredEvent[] = [];
    let chars = 0;
    const rows = this.#sql.exec<{ seq: number; type: string; data: string }>(
      `SELECT seq, type, data FROM event WHERE seq > ? AND seq <= ? AND (type <> 'file_delta' OR seq > ?) ORDER BY seq LIMIT ?`,
      after,
      this.#durableSeq,
      this.#deps.settledSeq(),
      limit,
    );
    for (const row of rows) {
      for (const event of eventsOf(row)) {
        if (event.seq <= after) continue;
        events.push(event);
        chars += event.data.length;
        if (events.length === limit || chars >= maxPageChars) return events;
      }
    }
    return events;
  }

  /** What of a project's files and the reloads of its preview came last after the sequence number `after`; null: neither did. */
  newestPreviewChange(after: number): 'file' | 'reload' | null {
    const [newest] = this.#sql
      .exec<{ type: string }>(
        `SELECT type FROM event WHERE seq > ? AND (type = 'file' OR (type = 'preview' AND data LIKE '%"state":"reload"%'))
         ORDER BY seq DESC LIMIT 1`,
        after,
      )
      .toArray();
    if (!newest) return null;
    return newest.type === 'file' ? 'file' : 'reload';
  }

  /** The text in flight that was delivered so far, for a reader that has all durable events. */
  inFlight(): SentEvent[] {
    // A block that has ended is in flight until its last row is delivered: what others get of it until then follows on this.
    const blocks = new Set(
      [...this.#undelivered.map(({ block }) => block), this.#open].filter((block) => block !== null),
    );
    return [...blocks].flatMap((block) =>
      chunksOf(block, 0, block.text.slice(0, block.sent)).map(({ event }) => event),
    );
  }

  /** Keeps the newest block's number, where no row may tell it. */
  #keepBlockNumber(): void {
    this.#deps.meta.set({ block: String(this.#newestBlock) });
  }

  #lastStoredBlock(): number {
    const row = this.#sql
      .exec<{ data: string }>(
        `SELECT data FROM event WHERE type IN ('text', 'thinking', 'file_delta', 'tool_output') ORDER BY seq DESC LIMIT 1`,
      )
      .toArray()[0];
    return row ? parseStoredOr(v.object({ block: v.number() }), row.data, { block: 0 }).block : 0;
  }

  #emitDelta(draft: DeltaDraft, turn: string): void {
    // An empty block would have no row, and its number would be lost with the object.
    if (draft.data.delta === '') return;
    if (this.#open?.key !== blockKey(draft)) this.closeBlock();
    this.#open ??= openBlock(draft, ++this.#newestBlock, turn);
    const block = this.#open;
    const at = block.text.length;
    const { delta } = draft.data;
    block.text += delta;
    // Of the delta itself: a slice of the block's text would copy all of it at each token.
    for (const chunk of chunksOf(block, at, delta)) this.#sendInFlight(chunk);
    if (block.text.length - block.stored >= maxChunkChars) this.#storeText(block);
    else block.timer ??= setTimeout(() => this.#storeText(block), storeAfterMs);
  }

  /** Delivers text at once, unless it follows what is undelivered itself. The stored text of its own block need not come first. */
  #sendInFlight(chunk: Chunk): void {
    if (this.#undelivered.some(({ event, block }) => event.seq === null || block !== chunk.block)) {
      this.#undelivered.push(chunk);
      return;
    }
    chunk.block.sent = chunk.end;
    this.#deps.deliver([chunk.event]);
  }

  #storeText(block: OpenBlock): void {
    if (block.timer) clearTimeout(block.timer);
    block.timer = null;
    for (const { event, end } of chunksOf(block, block.stored, block.text.slice(block.stored))) {
      this.#append(event.type, [event.data], block.turn, block.fields.step, block, end);
      block.stored = end;
    }
  }

  #store(draft: PlainDraft, turn: string | null): void {
    const step = 'step' in draft.data && typeof draft.data.step === 'number' ? draft.data.step : null;
    // What belongs to a step comes after the step's text in the log, as it does on the screen.
    if (step !== null) this.closeBlock();
    const data = isTimed(draft) ? { ...draft.data, now: Date.now() } : draft.data;
    this.#append(draft.type, [JSON.stringify(data)], turn, step, null, 0);
  }

  /** @param lines the data of each event of one row */
  #append(
    type: string,
    lines: readonly string[],
    turn: string | null,
    step: number | null,
    block: OpenBlock | null,
    end: number,
  ): void {
    const data = lines.join('\n');
    const seq = this.#seq + lines.length;
    this.#sql.exec(
      'INSERT INTO event (seq, turn, step, type, data) VALUES (?, ?, ?, ?, ?)',
      seq,
      turn,
      step,
      type,
      assertRowChars(data),
    );
    this.#seq = seq;
    if (turn === null) this.#superseded.stored(seq, type, data);
    for (const event of eventsOf({ seq, type, data })) this.#undelivered.push({ event, block, end });
    this.#pumping ??= this.#pump();
  }

  /** Delivers durable events in order, one sync at a time, and the text in flight that follows them. */
  async #pump(): Promise<void> {
    try {
      while (this.#undelivered.length > 0) {
        // Events emitted in one synchronous run are one transaction, and are delivered together.
        await null;
        let count = this.#undelivered.length;
        await this.#deps.storage.sync();
        // Events that were stored during the sync may not be durable yet: they wait for the next round.
        while (this.#undelivered[count]?.event.seq === null) count += 1;
        const delivered = this.#undelivered.splice(0, count);
        for (const { event, block, end } of delivered) {
          if (event.seq !== null) this.#durableSeq = event.seq;
          else if (block) block.sent = end;
        }
        this.#deps.deliver(delivered.map(({ event }) => event));
      }
    } catch (error) {
      this.#deps.onFailure(error);
    } finally {
      this.#pumping = null;
    }
  }
}

type Chunk = Undelivered & { block: OpenBlock };

/** The events in flight of a part of a block's text, which begins at `at`. */
function chunksOf(block: OpenBlock, at: number, part: string): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < part.length; from += maxChunkChars) {
    const delta = part.slice(from, from + maxChunkChars);
    const event = { seq: null, type: block.type, data: chunkJson(block, at + from, delta) };
    chunks.push({ event, block, end: at + from + delta.length });
  }
  return chunks;
}
