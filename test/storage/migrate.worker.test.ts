import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Account } from '../../src/account/account.ts';
import { newId } from '../../src/protocol/id.ts';
import type { Session } from '../../src/session/session.ts';
import { createTables, migrate, type Schema } from '../../src/storage/migrate.ts';

const { ACCOUNT, SESSION } = env as unknown as {
  ACCOUNT: DurableObjectNamespace<Account>;
  SESSION: DurableObjectNamespace<Session>;
};

const caller = (visitor: string) => ({ visitor, login: null, origin: 'http://localhost:8787' });

const tablesIn = ({ sql }: DurableObjectStorage): string[] =>
  sql
    .exec<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'`,
    )
    .toArray()
    .map(({ name }) => name);

/** An object whose class was started without tables. */
const emptyObject = () => SESSION.get(SESSION.newUniqueId());

it('writes nothing for an id that nobody created', async () => {
  const session = SESSION.getByName(newId());
  expect(await session.detail(caller(newId()))).toMatchObject({ ok: false, code: 'not_found' });
  expect(await runInDurableObject(session, (_, { storage }) => tablesIn(storage))).toEqual([]);
  const account = ACCOUNT.getByName(newId());
  expect(await account.projects()).toEqual([]);
  expect(await runInDurableObject(account, (_, { storage }) => tablesIn(storage))).toEqual([]);
});

const first = 'CREATE TABLE IF NOT EXISTS thing (id INTEGER PRIMARY KEY, old TEXT, gone TEXT NOT NULL);';

it('alters tables and rows in one transaction of a real object', () =>
  runInDurableObject(emptyObject(), (_, { storage }) => {
    const schema = (...steps: Schema['steps']): Schema => ({ name: 'test', marker: 'thing', steps: [first, ...steps] });
    createTables(storage, schema());
    storage.sql.exec(`INSERT INTO thing (old, gone) VALUES ('a', 'b')`);
    const tables = 'ALTER TABLE thing ADD COLUMN fresh TEXT; ALTER TABLE thing DROP COLUMN gone;';
    const fails = schema(tables, () => {
      throw new Error('It fails.');
    });
    expect(() => migrate(storage, [fails])).toThrow('It fails.');
    expect(storage.sql.exec('SELECT * FROM thing').toArray()).toEqual([{ id: 1, old: 'a', gone: 'b' }]);
    migrate(storage, [schema(tables, (sql) => sql.exec('UPDATE thing SET fresh = old'))]);
    expect(storage.sql.exec('SELECT * FROM thing').toArray()).toEqual([{ id: 1, old: 'a', fresh: 'a' }]);
    expect(storage.sql.exec('SELECT * FROM schema_version').toArray()).toEqual([{ name: 'test', version: 3 }]);
  }));

it('stores the version of its tables with every new session and account', async () => {
  const [id, owner] = [newId(), newId()];
  const session = SESSION.getByName(id);
  expect(await session.createEmpty(id, caller(owner))).toMatchObject({ ok: true });
  for (const stub of [session, ACCOUNT.getByName(owner)] as DurableObjectStub<Session | Account>[])
    expect(await runInDurableObject(stub, (_, { storage }) => tablesIn(storage))).toContain('schema_version');
});
