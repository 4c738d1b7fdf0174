import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveProjectPreview } from '../../../src/session/preview/serve-preview.ts';
import type { ClaudeSignalLog } from '../../../src/session/turn/claude-signal-log.ts';
import { SqlTurnJournal } from '../../../src/session/turn/turn-journal.ts';
import { TurnTimer } from '../../../src/session/turn/turn-times.ts';
import { NodeObject } from '../node-object.ts';

let object: NodeObject;

beforeEach(() => {
  object = new NodeObject(':memory:', {});
});
afterEach(async () => {
  await object.context.log.drain();
  object.close();
});

const bytes = (text: string) => new TextEncoder().encode(text);

function write(text: string): void {
  const change = object.context.workspace.write('index.html', bytes(text));
  object.context.log.emit({ type: 'file', data: { turn: 'a', ...change } }, 'a');
}

function announce(turn: string): void {
  const { context } = object;
  new SqlTurnJournal(context, {
    turn: { id: turn, model: 'claude-haiku-5-5', payer: 'trial', firstSeq: context.log.seq + 1 },
    clock: new TurnTimer(context.meta, turn, 0, () => 0),
    signals: { record: () => undefined } as unknown as ClaudeSignalLog,
    startedAt: 0,
    isResumed: false,
  }).announceFileChanges();
}

const revisionOf = async (version: number | null) =>
  /data-revision="(\d+)"/.exec(
    String(
      (await serveProjectPreview(object.context, version, { method: 'GET', path: '/', search: '', headers: {} }))?.body,
    ),
  )?.[1];

test('a page has the revision that its files are announced with, and one of an older version has none', async () => {
  const { context } = object;
  context.meta.set({ origin: 'http://localhost:8787' });
  write('one');
  announce('a');
  context.workspace.commit({ label: 'One', kind: 'turn', now: 0 });
  expect(await revisionOf(null)).toBe('1');
  write('two');
  expect(await revisionOf(null)).toBe('1');
  announce('a');
  expect(await revisionOf(null)).toBe('2');
  expect(await revisionOf(1)).toBe('0');
});

test('what a broken turn has written is announced by the next, once', () => {
  write('one');
  for (const turn of ['b', 'b', 'c']) announce(turn);
  expect(object.context.preview.revision).toBe(1);
});
