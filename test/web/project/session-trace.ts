import type { DeltaDraft, PlainDraft, RedrawEvent } from '../../../src/protocol/events.ts';

export type StoredEvent = RedrawEvent & { seq: number };

/** One thing that a session's readers get, in the order in which it happens. */
export interface Moment {
  /** Null where the session's object is lost: every stream breaks. */
  event: RedrawEvent | null;
  /** All that was sent of the block that is open after it, as one chunk in flight. */
  open: RedrawEvent | null;
  /** False while a reader may still show text that was lost with an object. */
  isSettled: boolean;
}

interface OpenBlock {
  key: string;
  draft: DeltaDraft;
  block: number;
  /** Characters that are stored. */
  stored: number;
}

const keyOf = ({ type, data }: DeltaDraft) => JSON.stringify([type, { ...data, delta: '' }]);

const isStored = (event: RedrawEvent | null): event is StoredEvent => event !== null && event.seq !== null;

/** A model of the server's side of a session: what it sends, what of it is stored, and what is lost. */
export class SessionTrace {
  readonly moments: Moment[] = [];
  #seq = 0;
  #block = 0;
  #open: OpenBlock | null = null;
  #isSettled = true;

  /** The stored events. */
  get log(): StoredEvent[] {
    return this.moments.map(({ event }) => event).filter(isStored);
  }

  get nextSeq(): number {
    return this.#seq + 1;
  }

  /** Stores an event of a turn; the open block is stored before it. */
  store(draft: PlainDraft, settles = false): void {
    this.endBlock();
    if (settles) this.#isSettled = true;
    this.storeAside(draft);
  }

  /** Stores an event that belongs to no step: the open block goes on after it. */
  storeAside(draft: PlainDraft): void {
    this.#seq++;
    this.#add({ ...draft, seq: this.#seq });
  }

  /** Sends a chunk in flight. One of another text begins a block. */
  send(draft: DeltaDraft): void {
    const key = keyOf(draft);
    if (this.#open?.key !== key) {
      this.endBlock();
      this.#block++;
      this.#open = {
        key,
        draft: { ...draft, data: { ...draft.data, delta: '' } } as DeltaDraft,
        block: this.#block,
        stored: 0,
      };
      // A reader drops what it has of a lost text as soon as the text goes on.
      this.#isSettled = true;
    }
    const { data } = this.#open.draft;
    const at = data.delta.length;
    data.delta += draft.data.delta;
    this.#add(this.#chunk(this.#open, at, null));
  }

  /** Stores what is new of the open block. */
  storePart(): void {
    const open = this.#open;
    if (!open || open.stored === open.draft.data.delta.length) return;
    this.#seq++;
    const event = this.#chunk(open, open.stored, this.#seq);
    open.stored = open.draft.data.delta.length;
    this.#add(event);
  }

  endBlock(): void {
    const open = this.#open;
    this.storePart();
    this.#open = null;
    const last = this.moments.at(-1);
    if (open && last) last.open = null;
  }

  /** Loses the object, and what is not stored of the open block with it. */
  lose(): void {
    if (this.#open && this.#open.stored < this.#open.draft.data.delta.length) this.#isSettled = false;
    this.#open = null;
    this.#add(null);
  }

  /** What a stream begins with that is opened when `position` moments have passed, for a reader that has events up to `after`. */
  since(after: number, position: number): RedrawEvent[] {
    const past = this.moments.slice(0, position);
    const stored = past.map(({ event }) => event).filter((event) => isStored(event) && event.seq > after);
    return [...stored, past.at(-1)?.open ?? null].filter((event) => event !== null);
  }

  #chunk({ draft: { type, data }, block }: OpenBlock, at: number, seq: number | null): RedrawEvent {
    return { type, seq, data: { ...data, block, at, delta: data.delta.slice(at) } } as RedrawEvent;
  }

  #add(event: RedrawEvent | null): void {
    const open = this.#open && this.#chunk(this.#open, 0, null);
    this.moments.push({ event, open, isSettled: this.#isSettled });
  }
}
