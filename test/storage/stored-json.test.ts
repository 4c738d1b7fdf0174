import * as v from 'valibot';
import { expect, it } from 'vitest';
import { MetaStore } from '../../src/session/storage/session-meta.ts';
import { sessionSchema } from '../../src/session/storage/session-schema.ts';
import { LimitTracker } from '../../src/session/turn/limit-tracker.ts';
import { PromptQueue } from '../../src/session/turn/prompt-queue.ts';
import { turnTimes } from '../../src/session/turn/turn-times.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { parseStored, parseStoredOr } from '../../src/storage/stored-json.ts';
import { decodeTree, encodeTree } from '../../src/workspace/file-tree.ts';
import { nodeStore } from '../support/node-sql.ts';

function sessionSql(): SqlStorage {
  const store = nodeStore();
  createTables(store, sessionSchema);
  return store.sql as SqlStorage;
}

const Secret = v.object({ key: v.string(), more: v.object({ at: v.number() }) });

it.each(['', '{', 'null', '[]', '{"key":"sk-secret","more":{"at":"sk-secret"}}'])(
  'names what cannot be read, and does not quote it: %s',
  (text) => {
    expect(() => parseStored(Secret, text, 'key of the test')).toThrow(/^The stored key of the test cannot be read/);
    expect(() => parseStored(Secret, text, 'key of the test')).not.toThrow(/sk-secret/);
    expect(parseStoredOr(Secret, text, null)).toBeNull();
  },
);

it.each(['{', 'null', '[1]', '{"turn":7}'])('loses what may be lost, and nothing else: %s', (broken) => {
  const sql = sessionSql();
  new MetaStore(sql).set({ times: broken, limit: broken });
  const meta = new MetaStore(sql);
  expect(turnTimes(meta, 'turn')).toEqual({ firstTokenMs: null, thinkingMs: {} });
  const limits = new LimitTracker(meta);
  expect(limits.state).toBeNull();
  limits.begin({ source: 'shared', payer: 'trial' });
  expect(limits.pendingNote()).toBeNull();
});

it('reads a list of files that it wrote, and refuses any other', () => {
  const file = { path: 'a', hash: 'h', bytes: 1 };
  expect([...decodeTree(encodeTree(new Map([['a', file]]))).values()]).toEqual([file]);
  for (const broken of ['', '{}', '[["a","h"]]', '[["a","h","1"]]'])
    expect(() => decodeTree(broken)).toThrow('The stored list of files cannot be read');
});

it('takes a prompt that an older release has queued', () => {
  const sql = sessionSql();
  const request = { prompt: 'Hello', model: null, attachments: [], visitor: 'somebody', address: '192.0.2.1' };
  sql.exec('INSERT INTO queue (id, place, request) VALUES (?, 1, ?)', 'a', JSON.stringify(request));
  const queue = new PromptQueue(sql);
  expect(queue.items()).toEqual([{ id: 'a', prompt: 'Hello' }]);
  const taken = { prompt: 'Hello', model: null, attachments: [] };
  expect(queue.takeDue(0)).toEqual({ id: 'a', request: taken, address: '' });
});
