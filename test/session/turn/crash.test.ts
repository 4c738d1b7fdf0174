import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseEvent, type RedrawEvent } from '../../../src/protocol/events.ts';
import type { Handler } from '../../claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';
import { expectCompleteLog, expectNothingTwice, fileChanges, visibleState } from '../event-assertions.ts';
import { ends, filesAfter, longTurn, stepOf } from '../long-turn.ts';
import { NodeObject, scratch } from '../node-object.ts';

let simulator: Simulator;

const handler: Handler = (request) => {
  const { step, earlier } = stepOf(request);
  if (request.key?.startsWith('refused') && step === 1) return { error: { type: 'permission_error' } };
  if (request.key?.startsWith('queued'))
    return { ...ends, delayMs: 25, content: [`This is the answer to prompt ${earlier}.`] };
  const answer = longTurn(request, simulator.requests);
  return request.key?.endsWith('uncut') ? { ...answer, chunkSize: 100, delayMs: 25 } : answer;
};

beforeAll(async () => {
  simulator = await startSimulator({ handler });
});
afterAll(async () => {
  await simulator.close();
});

const open = (file: string, key: string, snapshots: string | null = null) =>
  new NodeObject(file, { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: simulator.url }, snapshots);

function eventsOf({ context }: NodeObject): RedrawEvent[] {
  return context.log.read(0, 10_000).map(({ seq, type, data }) => {
    const event = parseEvent(seq, type, data);
    if (!event) throw new Error(`not an event: ${type} ${data}`);
    return event;
  });
}

const filesOf = ({ context: { workspace } }: NodeObject) =>
  Object.fromEntries(
    workspace.list().map(({ path }) => [path, new TextDecoder().decode(workspace.read(path) ?? undefined)]),
  );

const second = { prompt: 'Build more.', model: null, attachments: [] };

describe.each([
  { name: 'whole', turns: 1, versions: 1 },
  { name: 'refused', turns: 1, versions: 1 },
  { name: 'queued', turns: 2, versions: 0 },
])('a session that crashes ($name)', ({ name, turns, versions }) => {
  it('goes on after a crash at every single commit, as if there had been none', async () => {
    const { folder, remove } = scratch();
    onTestFinished(remove);
    const uncut = open(join(folder, 'uncut.sqlite'), `${name}-uncut`, folder);
    if (turns === 2) uncut.context.queue.add('queued', second, '127.0.0.1');
    await uncut.build();
    const events = eventsOf(uncut);
    expectCompleteLog(events);
    expect(events.filter(({ type }) => type === 'turn_finished')).toHaveLength(turns);
    if (name === 'whole') {
      expect(filesOf(uncut)).toEqual(filesAfter);
      expect(events.map(({ type }) => type)).toContain('step_discarded');
    }
    expect(uncut.snapshots.length).toBeGreaterThan(10);
    const states = new Set<string>();
    let discarded = 0;

    for (const [index, { file, delivered }] of uncut.snapshots.entries()) {
      const key = `${name}-${index}`;
      const again = open(file, key);
      const before = eventsOf(again);
      // Events are stored before they are sent: all that were delivered are there, unchanged.
      expect(before.length).toBeGreaterThanOrEqual(delivered);
      expect(before).toEqual(events.slice(0, before.length));
      states.add(again.context.turns.active()?.state ?? 'ended');

      again.runner.resume();
      await again.rest();
      await again.runner.settle(true);
      const after = eventsOf(again);
      expect(after.slice(0, before.length), key).toEqual(before);
      expectCompleteLog(after);
      expect(visibleState(after), key).toEqual(visibleState(events));
      expect(fileChanges(after), key).toEqual(fileChanges(events));
      expect(filesOf(again)).toEqual(filesOf(uncut));
      expect(again.context.workspace.history()).toHaveLength(versions);
      if (after[before.length]?.type === 'step_discarded') discarded++;
      const requests = simulator.requests.filter((request) => request.key === key);
      if (name !== 'refused') expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
      expectNothingTwice(requests.map(({ rawBody }) => rawBody));
      expect(again.context.isIdle()).toBe(true);
      expect(again.settled.map(({ turn }) => turn)).toHaveLength(new Set(again.settled.map(({ turn }) => turn)).size);
      again.close();
    }
    expect([...states]).toEqual(expect.arrayContaining(['admitting', 'running', 'ended']));
    expect(discarded).toBeGreaterThan(1);
    uncut.close();
  });
});

it('uses no number of a block again after one was lost in flight, whatever ends its turn', async () => {
  const { folder, remove } = scratch();
  onTestFinished(remove);
  const gates = [{ before: 4, name: 'in mid-text' } as const];
  const own = await startSimulator({
    handler: ({ key }) => ({ content: ['Some words, and more.'], chunkSize: 5, ...(key === 'lost' ? { gates } : {}) }),
  });
  onTestFinished(() => own.close());
  const openWith = (file: string, key: string, snapshots: string | null = null) =>
    new NodeObject(file, { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: own.url }, snapshots);
  const lost = openWith(join(folder, 'lost.sqlite'), 'lost', folder);
  const seen = new Set<number>();
  const deliver = lost.context.streams.deliver.bind(lost.context.streams);
  lost.context.streams.deliver = (events) => {
    for (const { seq, data } of events) if (seq === null) seen.add((JSON.parse(data) as { block: number }).block);
    deliver(events);
  };
  const first = await lost.runner.start({ prompt: 'Say it.', model: null, attachments: [] }, '127.0.0.1');
  await own.waiting('in mid-text');
  await expect.poll(() => seen.size).toBe(1);
  const { file = '' } = lost.snapshots.at(-1) ?? {};

  const again = openWith(file, 'again');
  again.context.turns.markStopping(first.id);
  again.runner.resume();
  await again.rest();
  expect(again.context.turns.get(first.id)?.state).toBe('stopped');
  await again.build();
  const blocks = eventsOf(again).flatMap(({ type, data }) => (type === 'text' ? [data.block] : []));
  expect(blocks).toHaveLength(1);
  expect(blocks.filter((block) => seen.has(block))).toEqual([]);
  again.close();
  own.release('in mid-text');
  await lost.rest();
  lost.close();
});
