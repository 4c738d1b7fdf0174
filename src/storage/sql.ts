import { assertRowBytes } from './row-size.ts';

/**
 * Synchronous SQL in the shape of a Durable Object's `ctx.storage`, and helpers for it. Tests run the same code over Node's SQLite.
 */

export type SqlValue = ArrayBuffer | string | number | null;

export interface SqlRows<T> extends Iterable<T> {
  toArray(): T[];
  /** The only row. Throws where there is none or more than one. */
  one(): T;
}

export interface Sql {
  exec<T extends Record<string, SqlValue>>(query: string, ...bindings: unknown[]): SqlRows<T>;
  /** Bytes of the database, without the pages that are free. */
  readonly databaseSize: number;
}

export interface SqlStore {
  sql: Sql;
  /** Runs `closure` in a transaction; a throw rolls it back. May be nested. */
  transactionSync<T>(closure: () => T): T;
}

/** Writes one row whose values are `bindings`, after checking its size. */
export function writeRow(sql: Sql, query: string, ...bindings: unknown[]): void {
  assertRowBytes(bindings);
  sql.exec(query, ...bindings);
}

/** The first row, or null. */
export function firstRow<T extends Record<string, SqlValue>>(
  sql: Sql,
  query: string,
  ...bindings: unknown[]
): T | null {
  return sql.exec<T>(query, ...bindings).toArray()[0] ?? null;
}

/** Whether a table exists. */
export function hasTable(sql: Sql, name: string): boolean {
  return existingTables(sql, [name]).has(name);
}

/** Those of the named tables that exist. */
export function existingTables(sql: Sql, names: readonly string[]): Set<string> {
  const list = names.map(() => '?').join(', ');
  const rows = sql.exec<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (${list})`,
    ...names,
  );
  return new Set(Array.from(rows, ({ name }) => name));
}

/** Whether a table has a column. */
export function hasColumn(sql: Sql, table: string, column: string): boolean {
  return firstRow(sql, 'SELECT 1 AS found FROM pragma_table_info(?) WHERE name = ?', table, column) !== null;
}
