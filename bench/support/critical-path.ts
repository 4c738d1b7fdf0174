import type { Call, Ledger } from '../meter/ledger.ts';

/** The object calls before the first request to Claude. */
export interface HopsBefore {
  /** The longest row of calls, each of which began after the one before it had ended or within it: what the request waited for. */
  inRow: Call[];
  /** All calls that had begun. */
  all: Call[];
}

/** An object's name for a reader: `Session → Account.admit`. */
export const nameOf = ({ caller, callee, method }: Call): string => `${caller} → ${callee}.${method}`;

/** Calls of the deployment's one object for all. */
export const isShared = ({ callee }: Call): boolean => callee === 'Treasury';

/** Calls from one object to another: all but the Worker's own. */
export const isBetweenObjects = ({ caller }: Call): boolean => caller !== 'Worker';

/**
 * The critical path to the first request to Claude. A call counts as waited for where it ended before the next began; so let the meter hold
 * each call up for longer than the code between two calls takes: what runs beside it then overlaps, and is not counted.
 *
 * @throws Error where no request left for Claude
 */
export function hopsBefore({ calls, left }: Ledger): HopsBefore {
  if (!left) throw new Error('No request left for Claude.');
  const byId = new Map(calls.map((call) => [call.id, call]));
  const origins = new Set<number>();
  for (let id = left.call; id !== null; id = byId.get(id)?.parent ?? null) origins.add(id);

  /** The longest row of calls that a call made and that ended before `until`. */
  const longest = (parent: number, until: number): Call[] => {
    const rows: { endedAt: number; row: Call[] }[] = [];
    const longestBefore = (at: number): Call[] =>
      rows.reduce<Call[]>((best, { endedAt, row }) => (endedAt < at && row.length > best.length ? row : best), []);
    const ended = (call: Call): number => (origins.has(call.id) ? left.at : (call.ended ?? Number.POSITIVE_INFINITY));
    const made = calls.filter((call) => call.parent === parent && ended(call) <= until);
    for (const call of made.sort((a, b) => ended(a) - ended(b)))
      rows.push({ endedAt: ended(call), row: [...longestBefore(call.began), call, ...longest(call.id, ended(call))] });
    return longestBefore(Number.POSITIVE_INFINITY);
  };
  const roots = calls.filter(({ id, kind }) => kind === 'request' && origins.has(id));
  return {
    inRow: roots.flatMap(({ id }) => longest(id, left.at)),
    all: calls.filter(({ began, kind }) => began < left.at && (kind === 'rpc' || kind === 'fetch')),
  };
}
