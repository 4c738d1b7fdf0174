import { expect, it } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import { sessionSchema } from '../../../src/session/storage/session-schema.ts';
import { PromptQueue } from '../../../src/session/turn/prompt-queue.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { maxRowChars } from '../../../src/storage/row-size.ts';
import { nodeStore } from '../../support/node-sql.ts';

const request = (prompt: string) => ({ prompt, model: null, attachments: [] });

it('takes no more than fits into one event, however long the prompts are', () => {
  const store = nodeStore();
  createTables(store, sessionSchema);
  const sql = store.sql as SqlStorage;
  const queue = new PromptQueue(sql);
  // JSON escapes a control character to six characters.
  const longest = '\u0001'.repeat(limits.promptChars);
  expect(queue.add('a', request(longest), 'a')).toBe(1);
  expect(queue.add('b', request(longest), 'a')).toBe(2);
  expect(() => queue.add('c', request(longest), 'a')).toThrow(/too long/);
  expect(queue.add('c', request('short'), 'a')).toBe(3);
  expect(() => queue.change('c', { prompt: longest })).toThrow(/too long/);
  queue.change('b', { prompt: 'shorter' });
  queue.change('c', { prompt: longest });
  expect(queue.items().map(({ prompt }) => prompt.length)).toEqual([32_000, 7, 32_000]);
  expect(JSON.stringify({ items: queue.items() }).length).toBeLessThan(maxRowChars);
});

it('drops a prompt that cannot be read, and lets those behind it through', () => {
  const store = nodeStore();
  createTables(store, sessionSchema);
  const sql = store.sql as SqlStorage;
  const queue = new PromptQueue(sql);
  sql.exec(`INSERT INTO queue (id, place, request) VALUES ('broken', 0, '{}')`);
  queue.add('whole', request('Go on.'), '');
  expect(queue.items().map(({ id }) => id)).toEqual(['whole']);
  sql.exec(`INSERT INTO queue (id, place, request) VALUES ('broken', 0, '{}')`);
  expect(queue.takeDue(1)?.id).toBe('whole');
  expect(queue.length).toBe(0);
});

it('what waits for credits starts once there are some, in its order; what is set to a time keeps it', () => {
  const store = nodeStore();
  createTables(store, sessionSchema);
  const queue = new PromptQueue(store.sql as SqlStorage);
  queue.add('behind', request('Behind.'), '');
  queue.add('evening', { ...request('In the evening.'), notBefore: 500 }, '');
  queue.waitForCredits({ id: 'first', request: request('First.'), address: '' }, { until: 900, now: 100 });
  expect(queue.items().map(({ id, notBefore, waitsFor }) => [id, notBefore, waitsFor])).toEqual([
    ['first', 900, 'credits'],
    ['behind', 900, 'credits'],
    ['evening', 500, undefined],
  ]);
  expect([queue.takeDue(499), queue.endCreditWait(), queue.endCreditWait()]).toEqual([null, true, false]);
  expect([queue.takeDue(100)?.id, queue.takeDue(100)?.id, queue.takeDue(100)]).toEqual(['first', 'behind', null]);
});
