import type { Growing, Mark } from './view.ts';

/** Appends a delta without copying what is there. */
export function appendDelta(into: Growing, seq: number, delta: string): Growing {
  return { text: into.text + delta, marks: { seq, at: into.text.length, before: into.marks } };
}

export function sprout(seq: number, delta: string): Growing {
  return { text: delta, marks: { seq, at: 0, before: null } };
}

/** What is left without the deltas from `fromSeq` on; null where nothing is. */
export function cutFrom(text: Growing, fromSeq: number): Growing | null {
  let mark: Mark | null = text.marks;
  let end = text.text.length;
  while (mark && mark.seq >= fromSeq) {
    end = mark.at;
    mark = mark.before;
  }
  if (!mark) return null;
  return end === text.text.length ? text : { text: text.text.slice(0, end), marks: mark };
}
