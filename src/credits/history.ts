import * as v from 'valibot';
import type { Sql, SqlValue } from '../storage/sql.ts';
import { parseStoredOr } from '../storage/stored-json.ts';
import { buckets, type Split } from './buckets.ts';
import type { EntryKind, EntryTokens } from './entries.ts';

/** Entries of one page. */
export const pageEntries = 100;

/** Sums of one answer: more threads or models nobody reads at once. */
const maxSums = 1_000;

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
