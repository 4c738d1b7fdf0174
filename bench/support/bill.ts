import type { Ledger } from '../meter/ledger.ts';

/** What Cloudflare bills for. CPU time of the Worker is not among it: it cannot be measured on another machine. */
export interface Usage {
  /** Requests to the Worker. */
  requests: number;
  /** Requests to objects: calls, alarms, and WebSocket messages at a twentieth. */
  objectRequests: number;
  rowsRead: number;
  /** Deleted rows, rows of indexes and set alarms included. */
  rowsWritten: number;
  /** Gigabyte-seconds in which objects could not hibernate. */
  gbSeconds: number;
  kvReads: number;
  kvWrites: number;
  kvDeletes: number;
  kvLists: number;
}

/** A WebSocket message to an object is billed as this share of a request. */
const messageRatio = 1 / 20;

/** The memory for which an object is billed, whatever it uses. GB. */
const objectGb = 0.128;

/** List prices in dollars for one of each, beyond what a plan includes. Their sources stand in `docs/operations.md`. */
const prices: Usage = {
  requests: 0.3e-6,
  objectRequests: 0.15e-6,
  rowsRead: 0.001e-6,
  rowsWritten: 1e-6,
  gbSeconds: 12.5e-6,
  kvReads: 0.5e-6,
  kvWrites: 5e-6,
  kvDeletes: 5e-6,
  kvLists: 5e-6,
};

/** What the free plan has for one UTC day. */
const freeDay: Usage = {
  requests: 100_000,
  objectRequests: 100_000,
  rowsRead: 5_000_000,
  rowsWritten: 100_000,
  gbSeconds: 13_000,
  kvReads: 100_000,
  kvWrites: 1_000,
  kvDeletes: 1_000,
  kvLists: 1_000,
};

const kinds = Object.keys(prices) as (keyof Usage)[];

export function usageOf({ calls, statements, kv, awakeMs }: Ledger): Usage {
  const count = (...of: string[]): number => calls.filter(({ kind }) => of.includes(kind)).length;
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    requests: count('request'),
    objectRequests: count('rpc', 'fetch', 'alarm') + count('message') * messageRatio,
    rowsRead: sum(statements.map(({ read }) => read)),
    rowsWritten: sum(statements.map(({ written }) => written)),
    gbSeconds: (sum(Object.values(awakeMs)) / 1_000) * objectGb,
    kvReads: kv.read,
    kvWrites: kv.write,
    kvDeletes: kv.delete,
    kvLists: kv.list,
  };
}

/** The price of a usage in dollars. */
export function dollarsOf(usage: Usage): number {
  return kinds.reduce((total, kind) => total + usage[kind] * prices[kind], 0);
}

/** The share of the free plan's day that a usage takes of what it takes most of. */
export function freeDayShare(usage: Usage): { share: number; kind: keyof Usage } {
  const shares = kinds.map((kind) => ({ kind, share: usage[kind] / freeDay[kind] }));
  return shares.reduce((most, one) => (one.share > most.share ? one : most));
}

/** What of a usage is over its goal, one line each. */
export function overGoal(what: string, usage: Usage, goal: Partial<Usage>): string[] {
  const over = kinds.filter((kind) => usage[kind] > (goal[kind] ?? Number.POSITIVE_INFINITY));
  return over.map((kind) => `${what}: ${kind} ${usage[kind]}, at most ${goal[kind]}`);
}
