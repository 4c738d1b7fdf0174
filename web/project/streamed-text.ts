import type { EventData } from '../../src/protocol/events.ts';

/** How far the block that a text grows by has come. */
interface OpenBlock {
  readonly block: number;
  /** Where the block begins in the text, in UTF-16 code units. Negative where the log has lost text of the block. */
  readonly start: number;
  /** Length of the text up to which the log has it. What is beyond was sent in flight, and may be lost with the server's object. */
  readonly stored: number;
}

/** A text that blocks of streamed text are appended to, one after the other. */
export interface StreamedText {
  readonly text: string;
  /** The newest block; null before the first, and once the text is final. */
  readonly open: OpenBlock | null;
}

export const emptyText: StreamedText = { text: '', open: null };

/** The part of a text that the log has. */
const storedText = ({ text, open }: StreamedText): string => (open ? text.slice(0, open.stored) : text);

/**
 * Appends what a chunk has beyond the text; the text itself is returned where that is nothing. Time in proportion to the chunk.
 *
 * A chunk in flight with a gap before it is ignored: the log will bring what is missing.
 *
 * @param seq null for a chunk in flight
 */
export function appendChunk<T extends StreamedText>(
  to: T,
  seq: number | null,
  { block, at, delta }: Pick<EventData<'text'>, 'block' | 'at' | 'delta'>,
): T {
  let { text, open } = to;
  if (open && block < open.block) return to;
  if (block !== open?.block) {
    // The log has a block before the next one begins: of the last block, anything else is lost.
    text = storedText(to);
    open = { block, start: text.length, stored: text.length };
  }
  const known = text.length - open.start - at;
  if (seq === null && (known < 0 || known >= delta.length)) return to;
  text += delta.slice(Math.max(0, known));
  if (seq !== null) {
    const start = open.start + Math.min(0, known);
    open = { block, start, stored: Math.max(open.stored, start + at + delta.length) };
  }
  return { ...to, text, open };
}

/** The text as every reader of the log has it. Nothing is appended to it any more. */
export function finalText<T extends StreamedText>(text: T): T {
  return text.open ? { ...text, text: storedText(text), open: null } : text;
}
