import * as v from 'valibot';
import type { Sql, SqlValue } from '../storage/sql.ts';
import { parseStoredOr } from '../storage/stored-json.ts';
import { buckets, type Split } from './buckets.ts';
import type { EntryKind, EntryTokens } from './entries.ts';

/** Entries of one page. */
export const pageEntries = 100;

/** Sums of one answer: more threads or models nobody reads at once. */
const maxSums = 1_000;

/** Turns that one is compared with at the most, and newest entries among which they are looked for. */
const maxCompared = 200;
const maxSearched = 5_000;

export interface HistoryFilter {
  session?: string | undefined;
  model?: string | undefined;
  /** UNIX milliseconds; `to` is left out itself. */
  from?: number | undefined;
  to?: number | undefined;
}

/** An entry as it was made. Micro-credits. */
export interface HistoryEntry {
  id: number;
  at: number;
  kind: EntryKind;
  amount: number;
  split: Split;
  turn: string | null;
  session: string | null;
  title: string | null;
  model: string | null;
  tokens: EntryTokens | null;
  grant: string | null;
  why: string | null;
}

type EntryRow = Omit<HistoryEntry, 'split' | 'tokens' | 'grant'> &
  Split & { tokens: string | null; grant_id: string | null };

const Tokens = v.object({ input: v.number(), output: v.number(), cacheRead: v.number(), cacheWrite: v.number() });

/** What `summary` adds up by. `day`: a UTC day as `YYYY-MM-DD`. */
export type SummaryKey = 'session' | 'model' | 'day';

export interface Sum {
  key: string;
  title: string | null;
  /** Micro-credits that were spent and not returned. */
  spent: number;
  turns: number;
}

/** Reads the entries of one account, see `Entries`. */
export class History {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param before the number of an entry: only older ones; null: from the newest on */
  page(filter: HistoryFilter, before: number | null, limit = pageEntries): HistoryEntry[] {
    const { conditions, values } = where(filter);
    if (before !== null) {
      conditions.push('id < ?');
      values.push(before);
    }
    const rows = this.#sql.exec<EntryRow>(
      `SELECT id, at, kind, amount, ${buckets.join(', ')}, turn, session, title, model, tokens, grant_id, why
       FROM credit_entry WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
      ...values,
      limit,
    );
    return Array.from(rows, toEntry);
  }

  /** What a turn has cost and was not returned. Micro-credits; 0 where nothing is known of it. */
  costOf(session: string, turn: string): number {
    const { spent } = this.#sql
      .exec<{ spent: number }>(
        `SELECT coalesce(-sum(amount), 0) AS spent FROM credit_entry
         WHERE session = ? AND turn = ? AND kind IN ('turn', 'returned')`,
        ...[session, turn],
      )
      .one();
    return spent;
  }

  /**
   * The median cost of the newest turns with a model that wrote about as much. Micro-credits; null where there are fewer than three.
   *
   * @param output tokens of the turn that is compared; similar: from half to twice as many
   * @param except the turn itself
   */
  medianCost(model: string, output: number, except: string): number | null {
    const rows = this.#sql.exec<{ amount: number; tokens: string | null }>(
      `SELECT amount, tokens FROM credit_entry WHERE id > (SELECT max(id) FROM credit_entry) - ${maxSearched} AND kind = 'turn' AND model = ? AND turn <> ?
       ORDER BY id DESC LIMIT ${maxCompared}`,
      ...[model, except],
    );
    const costs = Array.from(rows).flatMap(({ amount, tokens }) => {
      const written = parseStoredOr(Tokens, tokens, null)?.output ?? -1;
      return written >= output / 2 && written <= output * 2 ? [-amount] : [];
    });
    costs.sort((a, b) => a - b);
    const middle = Math.floor(costs.length / 2);
    const [low = 0, high = 0] = [costs[Math.ceil(costs.length / 2) - 1], costs[middle]];
    return costs.length < 3 ? null : Math.round((low + high) / 2);
  }

  /** What turns have cost, the dearest first; days from the first to the last. */
  summary(by: SummaryKey, filter: HistoryFilter): Sum[] {
    const { conditions, values } = where(filter);
    const key = by === 'day' ? `strftime('%Y-%m-%d', at / 1000, 'unixepoch')` : by;
    const order = by === 'day' ? 'key' : 'spent DESC, key';
    return this.#sql
      .exec<Sum & Record<string, SqlValue>>(
        `SELECT ${key} AS key, ${by === 'session' ? 'max(title)' : 'NULL'} AS title, -sum(amount) AS spent,
                count(DISTINCT turn) AS turns
         FROM credit_entry WHERE kind IN ('turn', 'returned') AND ${conditions.join(' AND ')}
         GROUP BY 1 ORDER BY ${order} LIMIT ${maxSums}`,
        ...values,
      )
      .toArray();
  }
}

function where({ session, model, from, to }: HistoryFilter): { conditions: string[]; values: SqlValue[] } {
  const all: [string, SqlValue | undefined][] = [
    ['session = ?', session],
    ['model = ?', model],
    ['at >= ?', from],
    ['at < ?', to],
  ];
  const given = all.filter((each): each is [string, SqlValue] => each[1] !== undefined);
  return { conditions: ['1', ...given.map(([condition]) => condition)], values: given.map(([, value]) => value) };
}

const toEntry = ({ daily, subscription, pool, bonus, tokens, grant_id, ...row }: EntryRow): HistoryEntry => ({
  ...row,
  split: { daily, subscription, pool, bonus },
  tokens: parseStoredOr(Tokens, tokens, null),
  grant: grant_id,
});
