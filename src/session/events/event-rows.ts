/** Characters of the events that share a row: a reader who has some of them reads all of it again. */
const maxRowChars = 256_000;

/** The lines of each row that has several events of one type. */
export function rowsOfLines(lines: readonly string[]): string[][] {
  const rows: string[][] = [];
  let chars = maxRowChars;
  for (const line of lines) {
    chars += line.length + 1;
    if (chars > maxRowChars) {
      rows.push([]);
      chars = line.length;
    }
    rows.at(-1)?.push(line);
  }
  return rows;
}

/** The events of a row, oldest first. Its `data` has a line for each, and its `seq` is that of the last. */
export function eventsOf<T extends { seq: number; data: string }>(row: T): T[] {
  if (!row.data.includes('\n')) return [row];
  const lines = row.data.split('\n');
  const first = row.seq - lines.length + 1;
  return lines.map((data, n) => ({ ...row, seq: first + n, data }));
}
