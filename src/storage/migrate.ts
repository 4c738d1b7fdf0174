import { existingTables, type Sql, type SqlStore } from './sql.ts';

/**
 * One change of an object's tables.
 *
 * Text: statements that create or alter tables, each with its semicolon; run in every object. A function: reads or changes rows, or tables
 * that only older objects have; an object that is being created has no rows and skips it.
 */
export type MigrationStep = string | ((sql: Sql) => void);

/** Tables that are created together, with every change that was ever made to them. */
export interface Schema {
  /** Key in the table `schema_version`. */
  name: string;
  /** The table by whose presence an object is known to have these tables. No step may rename or drop it. */
  marker: string;
  /** In order; appended to, never changed: an object stores how many it has taken. */
  steps: readonly MigrationStep[];
}

const versionTable =
  'CREATE TABLE IF NOT EXISTS schema_version (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;';

/**
 * Takes the steps that an object's tables have not taken yet, all in one transaction: a step that throws leaves everything as it was.
 * Tables without a version have taken none. Tables that were never created are not: an object without tables writes nothing.
 *
 * @returns the schemas whose tables exist
 * @throws Error where tables are of a newer release; nothing was written
 */
export function migrate(store: SqlStore, schemas: readonly Schema[]): ReadonlySet<Schema> {
  const { sql } = store;
  const tables = existingTables(sql, ['schema_version', ...schemas.map(({ marker }) => marker)]);
  const existing = schemas.filter(({ marker }) => tables.has(marker));
  if (existing.length === 0) return new Set();
  const versions = tables.has('schema_version') ? storedVersions(sql) : new Map<string, number>();
  const due = existing.flatMap((schema) => {
    const steps = stepsAfter(schema, versions.get(schema.name) ?? 0);
    return steps.length === 0 ? [] : [{ schema, steps }];
  });
  if (due.length > 0)
    store.transactionSync(() => {
      sql.exec(versionTable);
      for (const { schema, steps } of due) {
        for (const step of steps) {
          if (typeof step === 'string') sql.exec(step);
          else step(sql);
        }
        sql.exec(versionRow(schema));
      }
    });
  return new Set(existing);
}

/** Creates tables in their newest form; where they exist already, the same as `migrate`. */
export function createTables(store: SqlStore, schema: Schema): void {
  if (migrate(store, [schema]).has(schema)) return;
  const statements = schema.steps.filter((step) => typeof step === 'string');
  store.transactionSync(() => store.sql.exec([versionTable, ...statements, versionRow(schema)].join('\n')));
}

function storedVersions(sql: Sql): Map<string, number> {
  const rows = sql.exec<{ name: string; version: number }>('SELECT name, version FROM schema_version');
  return new Map(Array.from(rows, ({ name, version }) => [name, version]));
}

/** @throws Error where there is no such version */
function stepsAfter({ name, steps }: Schema, version: number): readonly MigrationStep[] {
  if (version > steps.length)
    throw new Error(
      `The tables "${name}" of this object are at version ${version}, and this release of Redraw knows ${steps.length}. Deploy the newer release again.`,
    );
  return steps.slice(version);
}

const versionRow = ({ name, steps }: Schema): string =>
  `INSERT OR REPLACE INTO schema_version (name, version) VALUES ('${name}', ${steps.length});`;
