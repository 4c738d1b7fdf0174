import { expect, it } from 'vitest';
import { createTables, migrate, type Schema } from '../../src/storage/migrate.ts';
import { nodeStore } from '../support/node-sql.ts';

type Store = ReturnType<typeof nodeStore>;

/** Counts of calls, so that a test can tell which statements ran and how many. */
function recorded(): Store & { statements: string[] } {
  const store = nodeStore();
  const statements: string[] = [];
  return {
    ...store,
    statements,
    sql: {
      exec: (query, ...bindings) => {
        statements.push(query);
        return store.sql.exec(query, ...bindings);
      },
      databaseSize: 0,
    },
  };
}

const schema = (...steps: Schema['steps']): Schema => ({ name: 'test', marker: 'thing', steps });

const things = 'CREATE TABLE IF NOT EXISTS thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL);';
const withSize = 'ALTER TABLE thing ADD COLUMN size INTEGER;';

const versionIn = ({ sql }: Store) => sql.exec<{ version: number }>('SELECT version FROM schema_version').one().version;
const everythingIn = ({ database }: Store) =>
  database
    .prepare('SELECT name, sql FROM sqlite_master ORDER BY name')
    .all()
    .map((table) => [table, database.prepare(`SELECT * FROM "${table.name}"`).all()]);

it('takes the steps in order, each once', () => {
  const store = nodeStore();
  createTables(store, schema(things));
  store.sql.exec(`INSERT INTO thing (name) VALUES ('a')`);
  const longer = schema(
    things,
    withSize,
    (sql) => sql.exec('UPDATE thing SET size = length(name)'),
    (sql) => sql.exec('UPDATE thing SET size = size + 10'),
  );
  migrate(store, [longer]);
  migrate(store, [longer]);
  expect(store.sql.exec('SELECT size FROM thing').toArray()).toEqual([{ size: 11 }]);
  expect(versionIn(store)).toBe(4);
});

it('writes nothing where the tables were never created', () => {
  const store = nodeStore();
  expect(migrate(store, [schema(things, withSize)])).toEqual(new Set());
  expect(everythingIn(store)).toEqual([]);
});

it('creates the newest tables in one statement of several, and skips what only rows need', () => {
  const store = recorded();
  const failing = () => expect.unreachable();
  createTables(store, schema(things, failing, withSize));
  expect(versionIn(store)).toBe(3);
  store.sql.exec(`INSERT INTO thing (name, size) VALUES ('a', 1)`);
  expect(store.statements.filter((statement) => statement.includes('CREATE TABLE'))).toHaveLength(1);
  expect(migrate(store, [schema(things, failing, withSize)]).size).toBe(1);
});

it('takes tables without a version for tables that have taken no step', () => {
  const store = nodeStore();
  store.sql.exec(things);
  store.sql.exec(`INSERT INTO thing (name) VALUES ('kept')`);
  expect(migrate(store, [schema(things, withSize)]).size).toBe(1);
  expect(store.sql.exec('SELECT name, size FROM thing').toArray()).toEqual([{ name: 'kept', size: null }]);
  expect(versionIn(store)).toBe(2);
});

it('leaves everything as it was where a step throws, and takes all of them at the next start', () => {
  const store = nodeStore();
  createTables(store, schema(things));
  store.sql.exec(`INSERT INTO thing (name) VALUES ('a')`);
  const before = everythingIn(store);
  let fails = true;
  const steps = schema(things, withSize, (sql) => {
    sql.exec('UPDATE thing SET size = 1');
    if (fails) throw new Error('The power is cut.');
  });
  const other: Schema = { name: 'other', marker: 'thing', steps: ['CREATE TABLE IF NOT EXISTS extra (id INTEGER);'] };
  expect(() => migrate(store, [other, steps])).toThrow('The power is cut.');
  expect(everythingIn(store)).toEqual(before);
  fails = false;
  migrate(store, [other, steps]);
  expect(store.sql.exec('SELECT size FROM thing').toArray()).toEqual([{ size: 1 }]);
});

it('refuses tables of a newer release, and touches none of the object’s', () => {
  const store = nodeStore();
  createTables(store, schema(things, withSize));
  store.sql.exec('CREATE TABLE extra (id INTEGER)');
  const before = everythingIn(store);
  const other: Schema = { name: 'other', marker: 'extra', steps: ['ALTER TABLE extra ADD COLUMN more INTEGER;'] };
  const refusal = /"test" .* version 2, .* knows 1\. Deploy the newer release again\./;
  expect(() => migrate(store, [other, schema(things)])).toThrow(refusal);
  expect(() => createTables(store, schema(things))).toThrow(refusal);
  expect(everythingIn(store)).toEqual(before);
});

it('asks no more than two questions where nothing is due, and writes nothing', () => {
  const store = recorded();
  createTables(store, schema(things));
  store.statements.length = 0;
  migrate(store, [schema(things)]);
  expect(store.statements).toHaveLength(2);
  expect(store.statements.filter((statement) => !statement.startsWith('SELECT'))).toEqual([]);
});
