import { type Summary, summarize } from './statistics.ts';
import { textTable } from './text-table.ts';

export type Unit = 'ms' | 'x' | 'rows' | 'KB' | 'points';

/** One line of the table. */
export interface Row {
  name: string;
  unit: Unit;
  one: Summary | null;
  crowd: Summary | null;
  /** What the median is meant to be, at most; null where nothing is promised. */
  goal: number | null;
  /** Result of the best known open-source peer on a similar machine, or null. */
  peer: number | null;
}

/** A row from its samples: of one session, and of the crowd. */
export function row(
  name: string,
  unit: Unit,
  { one = [], crowd = [] }: { one?: readonly number[]; crowd?: readonly number[] },
  peer: number | null = null,
  goal: number | null = null,
): Row {
  return { name, unit, one: summarize(one), crowd: summarize(crowd), goal, peer };
}

const suffix: Record<Unit, string> = { ms: ' ms', x: ' x', rows: '', KB: ' KB', points: '' };

function shown(value: number | undefined, unit: Unit): string {
  if (value === undefined) return '-';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits) + suffix[unit];
}

/** The rows as an aligned text table. */
function table(rows: readonly Row[], crowdSize: number): string {
  const head = ['', '1 session', 'p95', 'n', `${crowdSize} at once`, 'p95', 'n', 'goal', 'best known open peer'];
  const body = rows.map(({ name, unit, one, crowd, goal, peer }) => [
    name,
    shown(one?.median, unit),
    shown(one?.p95, unit),
    String(one?.n ?? '-'),
    shown(crowd?.median, unit),
    shown(crowd?.p95, unit),
    String(crowd?.n ?? '-'),
    goal === null ? '' : `≤ ${goal}${suffix[unit]}`,
    peer === null ? '' : `${peer}${suffix[unit]}`,
  ]);
  return textTable(head, body);
}

/** Prints rows as a table, or as JSON where `--json` was given. */
export function print(rows: readonly Row[], crowdSize: number, notes: readonly string[] = []): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ crowdSize, rows, notes }, null, 2));
  else console.log([table(rows, crowdSize), ...notes].join('\n'));
}

/** Prints to standard error what is measured now; standard output gets the table only. */
export function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}
