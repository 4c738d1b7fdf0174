/** A delta that was merged into a later one: its sequence number, and how many characters of the block had come with it. */
export type MergedDelta = [seq: number, chars: number];

/**
 * The data of a compacted block without what a reader has had of it.
 *
 * @param after the last event that the reader has seen
 */
export function unseen(data: string, marks: string, after: number): string {
  const seen = (JSON.parse(marks) as MergedDelta[]).findLast(([seq]) => seq <= after)?.[1] ?? 0;
  if (seen === 0) return data;
  const block = JSON.parse(data) as { delta: string };
  return JSON.stringify({ ...block, delta: block.delta.slice(seen) });
}
