/** A delta that compaction merged into a later one: its sequence number, and the length of the block's text up to its end (characters). */
export type MergedDelta = [seq: number, chars: number];

/**
 * Cuts from a compacted block the text that a reader has already received.
 *
 * @param data the event's data, JSON with a `delta`
 * @param marks the block's merged deltas, JSON of `MergedDelta[]`
 * @param after sequence number of the last event that the reader has seen
 * @returns the remaining data, JSON
 */
export function unseenData(data: string, marks: string, after: number): string {
  const seen = (JSON.parse(marks) as MergedDelta[]).findLast(([seq]) => seq <= after)?.[1] ?? 0;
  if (seen === 0) return data;
  const block = JSON.parse(data) as { delta: string };
  return JSON.stringify({ ...block, delta: block.delta.slice(seen) });
}
