import type { DeltaDraft } from '../../protocol/events.ts';

/** A block of streamed text that is in flight: one answer, one thought, one file, or the output of one command. */
export interface OpenBlock {
  /** Deltas with the same key belong to the same block while it is open. */
  key: string;
  /** The block's number in the session. */
  number: number;
  type: DeltaDraft['type'];
  /** Fields of its events but for `block`, `at` and `delta`. */
  fields: Omit<DeltaDraft['data'], 'delta'>;
  turn: string;
  /** The whole text so far. */
  text: string;
  /** Characters of it that are stored. */
  stored: number;
  /** Characters of it that were sent to readers. */
  sent: number;
  /** Stores the text when it is due; null: all of it is stored. */
  timer: ReturnType<typeof setTimeout> | null;
}

export function blockKey({ type, data }: DeltaDraft): string {
  const parts = [type, data.turn, data.step];
  if ('id' in data) parts.push(data.id);
  if ('path' in data) parts.push(data.path);
  return parts.join('\n');
}

export function openBlock(draft: DeltaDraft, number: number, turn: string): OpenBlock {
  const { delta: _, ...fields } = draft.data;
  return { key: blockKey(draft), number, type: draft.type, fields, turn, text: '', stored: 0, sent: 0, timer: null };
}

/** The data of an event that carries the part of a block's text which begins at `at` (UTF-16 code units), as one line of JSON. */
export function chunkJson({ fields, number }: OpenBlock, at: number, delta: string): string {
  return JSON.stringify({ ...fields, block: number, at, delta });
}
