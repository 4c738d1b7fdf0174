import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { sha256Hex } from '../../src/workspace/blob-store.ts';
import { changedFilesStep } from '../../src/workspace/changed-paths.ts';
import { runEditTool } from '../../src/workspace/edit-tool.ts';
import { goneVersionsStep } from '../../src/workspace/gone-versions.ts';
import { uncountedBytesStep } from '../../src/workspace/kept-by-hand.ts';
import { Workspace } from '../../src/workspace/workspace.ts';
import { workspaceTables } from '../../src/workspace/workspace-tables.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Runs `use` inside a Durable Object, with a workspace over its real storage. */
function inObject<T>(use: (workspace: Workspace, storage: DurableObjectStorage) => T | Promise<T>): Promise<T> {
  const { SESSION } = env as unknown as { SESSION: DurableObjectNamespace };
  return runInDurableObject(SESSION.get(SESSION.newUniqueId()), (_, { storage }) => {
    storage.sql.exec(workspaceTables + goneVersionsStep + changedFilesStep + uncountedBytesStep);
    return use(new Workspace(storage), storage);
  });
}

it('keeps any bytes over the pieces of a real row', () =>
  inObject((workspace, { sql }) => {
    const large = new Uint8Array(3 * 1024 * 1024 + 1).map((_, index) => (index * 7919) >> 3);
    workspace.write('all.bin', large);
    workspace.write('view.bin', large.subarray(5, 9));
    workspace.write('none.bin', new Uint8Array());
    expect(sha256Hex(workspace.read('all.bin') ?? '')).toBe(sha256Hex(large));
    expect(workspace.read('view.bin')).toEqual(large.slice(5, 9));
    expect(workspace.read('none.bin')).toEqual(new Uint8Array());
    const { most } = sql.exec<{ most: number }>('SELECT MAX(length(bytes)) AS most FROM blob').one();
    expect(most).toBe(1024 * 1024);
  }));

it('makes versions, and walks back and forth', () =>
  inObject((workspace) => {
    const read = () => new TextDecoder().decode(workspace.read('x') ?? undefined);
    for (const content of ['A', 'B', 'C', 'D']) {
      workspace.write('x', bytes(content));
      workspace.commit({ label: content, kind: 'turn', now: 1 });
    }
    const seen: string[] = [];
    for (const go of ['undo', 'undo', 'undo', 'redo', 'redo'] as const) {
      workspace[go](2);
      seen.push(read());
    }
    expect(seen).toEqual(['C', 'B', 'A', 'B', 'C']);
    workspace.revert(1, 4);
    expect(read()).toBe('A');
    expect(workspace.redoStep()).toBeNull();
    expect(workspace.history()).toHaveLength(10);
    expect(workspace.quota.collectGarbage()).toBe(0);
  }));

it('is rolled back with the rows of its caller, and alone where only it failed', () =>
  inObject((workspace, storage) => {
    storage.sql.exec('CREATE TABLE result (text TEXT)');
    expect(() =>
      storage.transactionSync(() => {
        workspace.write('a', bytes('1'));
        throw new Error('the caller failed');
      }),
    ).toThrow('the caller failed');
    expect(workspace.list()).toEqual([]);

    storage.transactionSync(() => {
      workspace.write('a', bytes('1'));
      expect(() => workspace.rename('a', '../b')).toThrow();
      expect(() => workspace.write('a/b', bytes('2'))).toThrow();
      const answer = runEditTool(workspace, 'rename_file', { from: 'a', to: 'b' });
      storage.sql.exec('INSERT INTO result (text) VALUES (?)', answer.ok ? answer.text : answer.error);
    });
    expect(workspace.list().map(({ path }) => path)).toEqual(['b']);
    expect(storage.sql.exec('SELECT text FROM result').one()).toEqual({ text: 'Renamed /app/a to /app/b.' });
  }));

it('writes few rows for a version of many files', () =>
  inObject((workspace, { sql }) => {
    for (let index = 0; index < 500; index++) workspace.write(`src/${index}.ts`, bytes(`${index}`));
    workspace.commit({ label: 'all', kind: 'turn', now: 1 });
    workspace.write('src/0.ts', bytes('changed'));
    const counted = countRows(sql);
    new Workspace({ sql: counted.sql, transactionSync: (closure) => closure() }).commit({
      label: 'one',
      kind: 'turn',
      now: 2,
    });
    // The version, its tree, and the new content, which is pinned now.
    expect(counted.written()).toBeLessThanOrEqual(4);
  }));

it('streams a zip', () =>
  inObject(async (workspace) => {
    workspace.write('src/a.ts', bytes('a'));
    workspace.write('b.png', bytes('b'));
    const zip = await new Blob([...workspace.exportZip().pieces]).arrayBuffer();
    expect(Object.keys(unzipSync(new Uint8Array(zip)))).toEqual(['b.png', 'src/a.ts']);
  }));

/** A storage that counts the rows that Cloudflare would bill as written. */
function countRows(sql: SqlStorage) {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  return {
    written: () => cursors.reduce((sum, cursor) => sum + cursor.rowsWritten, 0),
    sql: {
      exec<T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]): SqlStorageCursor<T> {
        const cursor = sql.exec<T>(query, ...bindings);
        cursors.push(cursor as unknown as SqlStorageCursor<Record<string, SqlStorageValue>>);
        return cursor;
      },
      databaseSize: 0,
    },
  };
}
