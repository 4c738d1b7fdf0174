import { type Summary, summarize } from './statistics.ts';
import { textTable } from './text-table.ts';

export const units = ['ms', 'x', 'count', 'KB', 'points', 'shift'] as const;
export type Unit = (typeof units)[number];

/** One line of the table. */
export interface Row {
  /** Stable name for comparisons; begins with the part's name and a dot. */
  key: string;
  name: string;
  unit: Unit;
  better: 'lower' | 'higher';
  /** What the median is meant to be, at most or, where higher is better, at least; null where nothing is promised. */
  goal: number | null;
  /** Result of the best known open-source peer on a similar machine, or null. */
  peer: number | null;
  /** Null where nothing was measured. */
  summary: Summary | null;
}

/** What became of a part. */
export interface PartReport {
  name: string;
  /** Wall time. */
  seconds: number;
  /** Of this process and all that it started; null where it cannot be told. */
  processorSeconds: number | null;
  /** Why it has no rows, or null. */
  notMeasured: string | null;
  /** Whether that is a fault, and not a property of this machine. */
  isFault: boolean;
}

/** What one run of the benchmark found. This is the format of `--json`. */
export interface Run {
  benchmark: 'redraw';
  /** ISO 8601. */
  date: string;
  machine: string;
  parts: PartReport[];
  rows: Row[];
}

/** A row from its samples. */
export function row(
  key: string,
  name: string,
  unit: Unit,
  samples: readonly number[],
  { goal = null, peer = null, better = 'lower' }: Partial<Pick<Row, 'goal' | 'peer' | 'better'>> = {},
): Row {
  return { key, name, unit, better, goal, peer, summary: summarize(samples) };
}

const suffix: Record<Unit, string> = { ms: ' ms', x: ' x', count: '', KB: ' KB', points: '', shift: '' };

/** A value with its unit, in three digits. */
export function shown(value: number | undefined, unit: Unit): string {
  if (value === undefined) return '-';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits) + suffix[unit];
}

/** The goal, and whether it was missed. */
function goalOf({ goal, better, unit, summary }: Row): string {
  if (goal === null) return '';
  const bound = `${better === 'lower' ? '≤' : '≥'} ${goal}${suffix[unit]}`;
  if (!summary) return bound;
  const isMet = better === 'lower' ? summary.median <= goal : summary.median >= goal;
  return isMet ? `${bound}: met` : `${bound}: MISSED`;
}

function cellsOf(row: Row): string[] {
  const { name, unit, peer, summary } = row;
  const spread = summary ? `${shown(summary.q1, unit)} – ${shown(summary.q3, unit)}` : '-';
  return [
    name,
    shown(summary?.median, unit),
    spread,
    shown(summary?.p95, unit),
    String(summary?.n ?? 0),
    goalOf(row),
    peer === null ? '' : `${peer}${suffix[unit]}`,
  ];
}

/** The run as aligned text. */
export function runTable({ parts, rows, machine, date }: Run): string {
  const head = ['', 'median', 'half of all', '95 %', 'n', 'goal', 'best known open peer'];
  const body = parts.flatMap(({ name, notMeasured }) => {
    if (notMeasured !== null) return [[`${name}: not measured: ${notMeasured}`.split('\n')[0] ?? name]];
    return rows.filter(({ key }) => partOf(key) === name).map(cellsOf);
  });
  const missed = rows.filter((one) => goalOf(one).endsWith('MISSED'));
  const times = parts.map(({ name, seconds, processorSeconds }) => [
    name,
    `${seconds.toFixed(1)} s`,
    processorSeconds === null ? '-' : `${processorSeconds.toFixed(1)} s`,
  ]);
  return [
    textTable(head, body),
    '',
    textTable(['part', 'took', 'of processors'], times),
    '',
    ...(missed.length > 0 ? [`Goals missed: ${missed.map(({ name }) => name).join('; ')}.`] : []),
    `${machine} ${date}.`,
  ].join('\n');
}

/** The part that a row belongs to. */
export const partOf = (key: string): string => key.slice(0, key.indexOf('.'));

/** Prints to standard error what is measured now; standard output gets the result only. */
export function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}
