import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Redraw } from './start-redraw.ts';

const folderOf = (redraw: Pick<Redraw, 'state'>, className: string): string =>
  join(redraw.state, 'do', `redraw-${className}`);

/** Names of a Durable Object class's databases, one for each object. */
function objectsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
}

function hasTable(database: DatabaseSync, table: string): boolean {
  return database.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`).all(table).length > 0;
}

/** Copies that are made of a database at the most while it is written to. */
const maxCopies = 50;

/** When a database was last written to. */
function writtenAt(path: string): string {
  const times = [path, `${path}-wal`].map((file) => statSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs);
  return times.join(' ');
}

/** Copies a database that may be in use, once more where it was written to meanwhile: its two files would not fit together. */
function copyDatabase(from: string, to: string): string {
  for (let copies = 1; ; copies++) {
    const before = writtenAt(from);
    rmSync(`${to}-wal`, { force: true });
    try {
      // The WAL file first: it is deleted once its contents are in the database.
      copyFileSync(`${from}-wal`, `${to}-wal`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    copyFileSync(from, to);
    if (writtenAt(from) === before) return to;
    if (copies === maxCopies) throw new Error(`${from} is written to without a pause.`);
  }
}

/** Rows of a query over a Durable Object class's databases, one list for each object that has the table. */
export function rowsOf<T>(redraw: Pick<Redraw, 'state'>, className: string, table: string, query: string): T[][] {
  const folder = folderOf(redraw, className);
  // After a kill, recent writes are in the WAL file: a reader needs write access to recover them.
  const copy = mkdtempSync(join(tmpdir(), 'redraw-rows-'));
  const found: T[][] = [];
  for (const name of objectsOf(folder)) {
    const database = new DatabaseSync(copyDatabase(join(folder, name), join(copy, name)));
    try {
      if (hasTable(database, table)) found.push(database.prepare(query).all() as T[]);
    } finally {
      database.close();
    }
  }
  rmSync(copy, { recursive: true });
  return found;
}

/** Changes the databases of a class for which `where` finds a row. Only while the server is down. */
export function editRows(
  redraw: Pick<Redraw, 'state'>,
  className: string,
  where: string,
  statements: readonly string[],
): void {
  const folder = folderOf(redraw, className);
  const table = /FROM (\w+)/.exec(where)?.[1] ?? '';
  for (const name of objectsOf(folder)) {
    const database = new DatabaseSync(join(folder, name));
    try {
      if (!hasTable(database, table) || database.prepare(where).all().length === 0) continue;
      for (const statement of statements) database.exec(statement);
    } finally {
      database.close();
    }
  }
}

/** Makes all scheduled alarms of a class due at the next start. Only while the server is down. */
export function makeAlarmsDue(redraw: Pick<Redraw, 'state'>, className: string): void {
  // Both the schedule and the object know the time, and workerd compares them.
  const schedule = new DatabaseSync(join(folderOf(redraw, className), 'metadata.sqlite'));
  try {
    schedule.exec('UPDATE _cf_ALARM SET scheduled_time = 0');
  } finally {
    schedule.close();
  }
  editRows(redraw, className, 'SELECT 1 FROM _cf_METADATA WHERE key = 1 AND value IS NOT NULL', [
    'UPDATE _cf_METADATA SET value = 0 WHERE key = 1',
  ]);
}

/** All contents of a state folder as text: every row of every database, and every other file. */
export function everythingIn(redraw: Redraw): { place: string; text: string }[] {
  const found: { place: string; text: string }[] = [];
  const copy = mkdtempSync(join(tmpdir(), 'redraw-everything-'));
  for (const entry of readdirSync(redraw.state, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || /-(?:wal|shm)$/.test(entry.name)) continue;
    if (!entry.name.endsWith('.sqlite')) {
      found.push({ place: path, text: readFileSync(path, 'latin1') });
      continue;
    }
    const database = new DatabaseSync(copyDatabase(path, join(copy, 'one')));
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
    for (const { name } of tables) {
      const statement = database.prepare(`SELECT * FROM "${name}"`);
      // BigInt: timestamps in nanoseconds exceed the safe integers.
      statement.setReadBigInts(true);
      const rows = statement.all();
      if (rows.length > 0) found.push({ place: `${path} ${name}`, text: rows.map(textOf).join('\n') });
    }
    database.close();
    for (const part of ['', '-wal', '-shm']) rmSync(join(copy, `one${part}`), { force: true });
  }
  rmSync(copy, { recursive: true });
  return found;
}

function textOf(row: Record<string, unknown>): string {
  return Object.values(row)
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join(' ');
}
