import type { DeltaMark, StreamedText } from './view.ts';

export function firstDelta(seq: number, delta: string): StreamedText {
  return { text: delta, marks: { seq, offset: 0, previous: null } };
}

export function appendDelta(text: StreamedText, seq: number, delta: string): StreamedText {
  return { text: text.text + delta, marks: { seq, offset: text.text.length, previous: text.marks } };
}

/** Removes the deltas from sequence number `fromSeq` on; null if none is left. */
export function truncateFrom(text: StreamedText, fromSeq: number): StreamedText | null {
  let mark: DeltaMark | null = text.marks;
  let end = text.text.length;
  while (mark && mark.seq >= fromSeq) {
    end = mark.offset;
    mark = mark.previous;
  }
  if (!mark) return null;
  return end === text.text.length ? text : { text: text.text.slice(0, end), marks: mark };
}
