import { parseArgs } from 'node:util';

/** What `npm run bench --` is asked for. */
export interface BenchArguments {
  what: 'times' | 'cost' | 'hops';
  /** Parts to run, in the order of the benchmark. */
  parts: string[];
  json: boolean;
  /** With `cost`: the rows written, by statement. */
  rows: boolean;
  /** File of an earlier run, or null. */
  compare: string | null;
}

export type ReadArguments = { ok: true; arguments: BenchArguments } | { ok: false; problem: string };

const options = {
  json: { type: 'boolean', default: false },
  cost: { type: 'boolean', default: false },
  hops: { type: 'boolean', default: false },
  rows: { type: 'boolean', default: false },
  compare: { type: 'string' },
} as const;

const usage = `Options: --json, --compare FILE; by themselves: --cost (with --rows), --hops.`;

/** @param known names of all parts, in their order */
export function readArguments(args: readonly string[], known: readonly string[]): ReadArguments {
  const no = (problem: string): ReadArguments => ({ ok: false, problem });
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return no(`${(error as Error).message.split('. ')[0]}. ${usage}`);
  }
  const { values, positionals } = parsed;
  const { json, cost, hops, rows, compare } = values;
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    return no(`There is no part ${unknown.map((name) => `"${name}"`).join(', ')}. The parts are: ${known.join(', ')}.`);
  if (compare === '') return no('--compare needs the file of an earlier run.');
  if (cost && hops) return no('--cost and --hops run by themselves: ask for one of them.');
  if ((cost || hops) && (positionals.length > 0 || compare !== undefined))
    return no(`--${cost ? 'cost' : 'hops'} counts, and has no parts and nothing to compare.`);
  if (rows && !cost) return no('--rows belongs to --cost.');
  const parts = positionals.length === 0 ? [...known] : known.filter((name) => positionals.includes(name));
  const what = cost ? 'cost' : hops ? 'hops' : 'times';
  return { ok: true, arguments: { what, parts, json, rows, compare: compare ?? null } };
}

const parse = (args: readonly string[]) => parseArgs({ args: [...args], options, allowPositionals: true });
