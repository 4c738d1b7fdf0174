import * as v from 'valibot';
import { type Row, type Run, shown, type Unit, units } from './report.ts';
import type { Summary } from './statistics.ts';
import { textTable } from './text-table.ts';

/** A difference of medians that counts, as a share of the smaller one. */
const leastShare = 0.1;
/** The same where a run has fewer than {@link fewSamples}, whose quartiles say little: twice as much. */
const leastShareOfFew = 1;
const fewSamples = 4;

/** The finest difference that counts, whatever its share. */
const finest: Record<Unit, number> = { ms: 0.1, x: 0.01, count: 1, KB: 0.1, points: 2, shift: 0.01 };

export type Verdict = 'better' | 'worse' | 'within noise' | 'only before' | 'only now';

/** What became of one row. */
export interface Change {
  key: string;
  name: string;
  unit: Unit;
  before: Summary | null;
  now: Summary | null;
  /** The median over the one before. Null where one is missing, or both are 0. */
  ratio: number | null;
  verdict: Verdict;
}

/**
 * Whether two samples differ by more than their noise: their interquartile ranges do not overlap, and their medians differ by more than
 * {@link leastShare}, or {@link leastShareOfFew}, and {@link finest}.
 */
export function exceedsNoise(before: Summary, now: Summary, unit: Unit): boolean {
  const share = Math.min(before.n, now.n) < fewSamples ? leastShareOfFew : leastShare;
  const [low, high] = [before.median, now.median].sort((a, b) => a - b) as [number, number];
  const areApart = before.q3 < now.q1 || now.q3 < before.q1;
  return areApart && high - low >= finest[unit] && high > low * (1 + share);
}

function changeOf(before: Row | undefined, now: Row | undefined): Change {
  const { key, name, unit, better } = (now ?? before) as Row;
  const summaries = { before: before?.summary ?? null, now: now?.summary ?? null };
  const change = { key, name, unit, ...summaries };
  if (!summaries.before) return { ...change, ratio: null, verdict: 'only now' };
  if (!summaries.now) return { ...change, ratio: null, verdict: 'only before' };
  const [from, to] = [summaries.before.median, summaries.now.median];
  const ratio = from === 0 && to === 0 ? null : to / from;
  if (!exceedsNoise(summaries.before, summaries.now, unit)) return { ...change, ratio, verdict: 'within noise' };
  return { ...change, ratio, verdict: to < from === (better === 'lower') ? 'better' : 'worse' };
}

/** How much worse a row has become, as a factor: 1 for no change. */
function worsening({ ratio }: Change, better: Row['better']): number {
  if (ratio === null) return 1;
  return better === 'lower' ? ratio : 1 / ratio;
}

/**
 * Compares the rows of two runs by key, the worst first. Rows without samples in both are left out, as are those with another unit or
 * direction than before: they measure something else.
 */
export function compareRows(before: readonly Row[], now: readonly Row[]): Change[] {
  const identity = ({ key, unit, better }: Row): string => `${key} ${unit} ${better}`;
  const measured = (rows: readonly Row[]) =>
    new Map(rows.filter(({ summary }) => summary !== null).map((one) => [identity(one), one]));
  const [old, fresh] = [measured(before), measured(now)];
  const changes = [...new Set([...fresh.keys(), ...old.keys()])].map((id) => {
    const change = changeOf(old.get(id), fresh.get(id));
    const better = (fresh.get(id) ?? old.get(id))?.better ?? 'lower';
    return { change, rank: rankOf(change.verdict), factor: worsening(change, better) };
  });
  return changes.sort((a, b) => a.rank - b.rank || b.factor - a.factor).map(({ change }) => change);
}

const order: readonly Verdict[] = ['worse', 'within noise', 'better', 'only before', 'only now'];
const rankOf = (verdict: Verdict): number => order.indexOf(verdict);

/** How many rows got which verdict. */
export function countVerdicts(changes: readonly Change[]): string {
  const count = (...of: Verdict[]): number => changes.filter(({ verdict }) => of.includes(verdict)).length;
  return `${count('better')} better, ${count('worse')} worse, ${count('within noise')} within noise, ${count('only before', 'only now')} only in one.`;
}

/** The comparison as aligned text. */
export function compareTable(before: Pick<Run, 'date' | 'machine'>, changes: readonly Change[]): string {
  const cell = (summary: Summary | null, unit: Unit): string =>
    summary
      ? `${shown(summary.median, unit)} (${shown(summary.q1, unit)} – ${shown(summary.q3, unit)}, n ${summary.n})`
      : '-';
  const body = changes.map(({ name, unit, before: old, now, ratio, verdict }) => [
    name,
    cell(old, unit),
    cell(now, unit),
    ratio === null ? '' : ratio.toFixed(2),
    verdict,
  ]);
  return [
    textTable(['', 'before', 'now', 'ratio', ''], body),
    '',
    countVerdicts(changes),
    `Beyond noise: the middle halves do not overlap, and one median is more than ${leastShare * 100} % above the other (${leastShareOfFew * 100} % with fewer than ${fewSamples} samples).`,
    `Before: ${before.date}. ${before.machine}`,
  ].join('\n');
}

const finite = v.pipe(v.number(), v.finite());
const summarySchema = v.object({
  median: finite,
  q1: finite,
  q3: finite,
  p95: finite,
  n: v.pipe(finite, v.minValue(1)),
});

const runSchema = v.object({
  benchmark: v.literal('redraw'),
  date: v.string(),
  machine: v.string(),
  rows: v.array(
    v.object({
      key: v.string(),
      name: v.string(),
      unit: v.picklist(units),
      better: v.picklist(['lower', 'higher']),
      goal: v.nullable(finite),
      peer: v.nullable(finite),
      summary: v.nullable(summarySchema),
    }),
  ),
});

/** An earlier run, as far as a comparison needs it. */
export type EarlierRun = v.InferOutput<typeof runSchema>;

/** @returns the run, or a sentence on what is wrong with the text */
export function parseRun(text: string): { ok: true; run: EarlierRun } | { ok: false; problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'is not JSON (npm prints lines of its own: npm run --silent)' };
  }
  const parsed = v.safeParse(runSchema, json);
  if (parsed.success) return { ok: true, run: parsed.output };
  const [issue] = parsed.issues;
  const place = v.getDotPath(issue);
  return { ok: false, problem: `is not a run of this benchmark (${place ? `${place}: ` : ''}${issue.message})` };
}
