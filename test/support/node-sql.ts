import { DatabaseSync } from 'node:sqlite';
import type { Sql, SqlRows, SqlStore, SqlValue } from '../../src/storage/sql.ts';

/** Node's SQLite in the shape of a Durable Object's storage, in memory or in a file. */
export function nodeStore(path = ':memory:'): SqlStore & { database: DatabaseSync } {
  const database = new DatabaseSync(path);
  let depth = 0;
  return {
    database,
    sql: nodeSql(database),
    transactionSync<T>(closure: () => T): T {
      const name = `nested_${depth++}`;
      database.exec(`SAVEPOINT ${name}`);
      try {
        const result = closure();
        database.exec(`RELEASE ${name}`);
        return result;
      } catch (error) {
        database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
        throw error;
      } finally {
        depth--;
      }
    },
  };
}

function nodeSql(database: DatabaseSync): Sql {
  return {
    exec<T extends Record<string, SqlValue>>(query: string, ...bindings: unknown[]): SqlRows<T> {
      if (bindings.length === 0 && query.includes(';')) {
        database.exec(query);
        return rowsOf<T>([]);
      }
      const values = bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
      const rows = database.prepare(query).all(...(values as (Uint8Array | string | number | null)[]));
      return rowsOf(rows.map((row) => toRow(row) as T));
    },
    get databaseSize() {
      const pages = 'SELECT (SELECT * FROM pragma_page_count) - (SELECT * FROM pragma_freelist_count) AS pages';
      return Number(database.prepare(pages).get()?.pages) * 4096;
    },
  };
}

/** A Durable Object returns blobs as `ArrayBuffer`. */
const toRow = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, value instanceof Uint8Array ? value.slice().buffer : value]),
  );

const rowsOf = <T>(rows: T[]): SqlRows<T> => ({
  [Symbol.iterator]: () => rows[Symbol.iterator](),
  toArray: () => rows,
  one: () => {
    const [only] = rows;
    if (only === undefined || rows.length > 1) throw new Error(`Expected one row, got ${rows.length}.`);
    return only;
  },
});
