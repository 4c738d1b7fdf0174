import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountSchema, userSchema } from '../../src/account/storage/account-schema.ts';
import { treasurySchema } from '../../src/operator/treasury-schema.ts';
import { sessionSchema } from '../../src/session/storage/session-schema.ts';
import { createTables, migrate, type Schema } from '../../src/storage/migrate.ts';
import { copyOldState, releases } from '../fixtures/databases/old-state.ts';
import { nodeStore } from '../support/node-sql.ts';

const schemasOf: Record<string, readonly Schema[]> = {
  'redraw-Session': [sessionSchema],
  'redraw-Account': [accountSchema, userSchema],
  'redraw-Treasury': [treasurySchema],
};

/** Columns and indexes of every table, however the table came to them. */
function shapeOf({ database }: ReturnType<typeof nodeStore>): Record<string, unknown> {
  const tables = database
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name`)
    .all();
  const columns = database.prepare(
    'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?) ORDER BY cid',
  );
  const indexes = database.prepare('SELECT name, "unique", origin FROM pragma_index_list(?) ORDER BY name');
  return Object.fromEntries(tables.map(({ name = '' }) => [name, [columns.all(name), indexes.all(name)]]));
}

/** The tables of an object that is created with these schemas today. */
function freshShape(schemas: Iterable<Schema>): Record<string, unknown> {
  const fresh = nodeStore();
  for (const schema of schemas) createTables(fresh, schema);
  return shapeOf(fresh);
}

describe.each(releases)('the tables of the release “%s”', (release) => {
  let folder = '';
  let databases: string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'redraw-old-'));
    copyOldState(release, folder);
    databases = globSync(`${folder}/do/*/*.sqlite`).filter((path) => basename(path) !== 'metadata.sqlite');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.entries(schemasOf))('of %s become those of a new object', (className, schemas) => {
    const found = databases.filter((path) => basename(dirname(path)) === className);
    expect(found.length).toBeGreaterThan(0);
    for (const path of found) {
      const store = nodeStore(path);
      const before = shapeOf(store);
      const existing = migrate(store, schemas);
      // The tombstone of a merged visitor has none of these tables.
      if ('merged' in before) expect([existing.size, shapeOf(store)]).toEqual([0, before]);
      else {
        expect(existing.size).toBeGreaterThan(0);
        expect(shapeOf(store)).toEqual(freshShape(existing));
      }
      store.database.close();
    }
  });
});

it.each(Object.values(schemasOf).flat())('$name: a text of several statements ends each', ({ steps }) => {
  for (const step of steps) if (typeof step === 'string') expect(step.trimEnd()).toMatch(/;$/);
});
