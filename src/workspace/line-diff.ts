/** Numbers of lines that a change adds and removes. */
export interface LineCounts {
  added: number;
  removed: number;
}

/** Above this many pairs of lines, the changed middle counts as wholly replaced: the numbers are for a reader, not for a merge. */
const maxPairs = 250_000;

const linesOf = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** Length of the longest common subsequence. */
function commonLines(a: readonly string[], b: readonly string[]): number {
  if (a.length * b.length > maxPairs) return 0;
  let previous = new Uint32Array(b.length + 1);
  for (const line of a) {
    const row = new Uint32Array(b.length + 1);
    for (const [index, other] of b.entries()) {
      row[index + 1] =
        line === other ? (previous[index] ?? 0) + 1 : Math.max(row[index] ?? 0, previous[index + 1] ?? 0);
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** Counts the lines that a change adds and removes, as `diff --stat` does. */
export function countLineChanges(before: string, after: string): LineCounts {
  const a = linesOf(before);
  const b = linesOf(after);
  let head = 0;
  while (head < a.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const from = a.slice(head, a.length - tail);
  const to = b.slice(head, b.length - tail);
  const common = commonLines(from, to);
  return { added: to.length - common, removed: from.length - common };
}
