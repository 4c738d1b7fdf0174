import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Handler } from '../../claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';
import { type Redraw, startRedraw } from '../../support/start-redraw.ts';
import { Visitor } from '../../support/visitor.ts';
import { expectCompleteLog, expectNothingTwice, fileChanges, visibleState } from '../event-assertions.ts';
import { longTurn } from '../long-turn.ts';
import { lastId, parsed, readWire, resume, sessionOf, storedOnly, type WireEvent, wholeLog } from './wire.ts';

let simulator: Simulator;
let redraw: Redraw;
let visitor: Visitor;
let shape: (answer: Answer) => Answer = (answer) => answer;

const handler: Handler = (request) => shape(longTurn(request, simulator.requests));

beforeAll(async () => {
  simulator = await startSimulator({ handler });
  redraw = await startRedraw({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: simulator.url,
    ANON_TURN_LIMIT: '1000',
    HOSTED_DAILY_USD: '100000',
  });
  visitor = new Visitor(redraw.url);
  await visitor.json('GET', '/api/account');
});

afterAll(async () => {
  await redraw?.close();
  await simulator?.close();
});

const ids = (events: readonly WireEvent[]) => events.map(({ id }) => id);

/** Sends a prompt and reads its turn. */
async function build(prompt: string): Promise<WireEvent[]> {
  const seen: WireEvent[] = [];
  const response = await visitor.call('POST', '/api/chat', { prompt });
  expect(response.status).toBe(200);
  await readWire(response, seen);
  return seen;
}

describe('a client that is cut off', () => {
  it('after any event and any delta, and resumes, shows the same: nothing lost, nothing twice', async () => {
    shape = (answer) => ({ ...answer, delayMs: 6 });
    const uncut = await build('Build it uncut.');
    const events = parsed(uncut);
    expectCompleteLog(events);
    expect(uncut.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['thinking', 'file_delta', 'api_retry', 'step_discarded']),
    );

    /** Resumes as a client does that was cut off. @returns the number of events of the turn */
    const resumed = async (union: WireEvent[], how: 'header' | 'query'): Promise<number> => {
      const session = sessionOf(union);
      const cut = union.at(-1)?.type === 'turn_finished';
      const rest = await resume(visitor, session, lastId(union), how);
      if (cut) expect(rest.status).toBe(204);
      await readWire(rest, union);
      expect(storedOnly(union)).toEqual(await wholeLog(visitor, session));
      expectCompleteLog(parsed(union));
      expect(visibleState(parsed(union))).toEqual(visibleState(events));
      expect(fileChanges(parsed(union))).toEqual(fileChanges(events));
      return union.length;
    };
    /** The client that sends the prompt is cut at one event, and two that watch the turn from its beginning at the next two. */
    const cutFrom = async (index: number): Promise<number> => {
      const how = index % 2 ? 'header' : 'query';
      const response = await visitor.call('POST', '/api/chat', { prompt: `Build it, cut after ${index}.` });
      expect(response.status).toBe(200);
      const sender: WireEvent[] = [];
      const begun = Promise.withResolvers<string>();
      const sent = readWire(response, sender, () => {
        begun.resolve(sessionOf(sender));
        return sender.length === index;
      }).then(() => resumed(sender, how));
      const watched = [1, 2].map(async (more) => {
        const seen: WireEvent[] = [];
        const stream = await resume(visitor, await begun.promise, 0, how);
        await readWire(stream, seen, () => seen.length === index + more);
        return resumed(seen, how === 'header' ? 'query' : 'header');
      });
      return Math.max(...(await Promise.all([sent, ...watched])));
    };
    let next = 1;
    let most = uncut.length;
    const worker = async (): Promise<void> => {
      while (next <= most) {
        next += 3;
        most = Math.max(most, await cutFrom(next - 3));
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    expect(next).toBeGreaterThan(50);
    expectNothingTwice(simulator.requests.map(({ rawBody }) => rawBody));
    expect(simulator.requests.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('sees the same as all who watch with it, wherever each of them is cut', async () => {
    shape = (answer) => ({ ...answer, delayMs: 6, gates: [{ before: 'headers', name: 'crowd' }] });
    const turn: WireEvent[] = [];
    const response = await visitor.call('POST', '/api/chat', { prompt: 'Build it before a crowd.' });
    const started = Promise.withResolvers<void>();
    const reading = readWire(response, turn, ({ type }) => {
      if (type === 'turn_started') started.resolve();
      return false;
    });
    await started.promise;
    const session = sessionOf(turn);
    const crowd = Array.from({ length: 40 }, async (_, index) => {
      const seen: WireEvent[] = [];
      // Each connection is closed after a few events and resumed, until the end.
      while (seen.at(-1)?.type !== 'turn_finished') {
        const before = seen.length;
        const rest = await resume(visitor, session, lastId(seen), index % 2 ? 'header' : 'query');
        await readWire(rest, seen, ({ id }) => id !== null && seen.length > before + index);
      }
      return seen;
    });
    simulator.release('crowd', Infinity);
    await reading;
    expectCompleteLog(parsed(turn));
    for (const seen of await Promise.all(crowd)) {
      expect(storedOnly(seen)).toEqual(storedOnly(turn));
      expect(visibleState(parsed(seen))).toEqual(visibleState(parsed(turn)));
    }
  });

  it('gets pages of history from anywhere in their middle', async () => {
    shape = (answer) => answer;
    const first = await build('Build it, and then many more.');
    const session = sessionOf(first);
    for (let edit = 0; edit < 130; edit++) {
      const body = new TextEncoder().encode(`edit ${edit}`);
      const put = await visitor.call('PUT', `/api/sessions/${session}/files/notes.txt`, body);
      expect(put.status).toBe(200);
    }
    const whole = await wholeLog(visitor, session);
    expect(ids(whole)).toEqual(whole.map((_, index) => index + 1));
    expect(whole.length).toBeGreaterThan(3 * 130);
    for (const after of [
      1,
      lastId(first),
      100,
      255,
      256,
      257,
      whole.length - 257,
      whole.length - 256,
      whole.length - 1,
    ]) {
      const rest: WireEvent[] = [];
      await readWire(await resume(visitor, session, after, after % 2 ? 'header' : 'query'), rest);
      expect(rest).toEqual(whole.slice(after));
    }
    for (const after of [whole.length, whole.length + 1, 999_999])
      for (const how of ['header', 'query'] as const)
        expect((await resume(visitor, session, after, how)).status).toBe(204);
    expect((await visitor.call('GET', `/api/sessions/${session}/events`)).status).toBe(204);
    expect((await visitor.call('GET', `/api/sessions/${session}/events?after=x`)).status).toBe(422);
  });

  it('hears of what is to come where it claims to have seen more than there is', async () => {
    shape = (answer) => ({ ...answer, gates: [{ before: 'headers', name: 'ahead' }] });
    const response = await visitor.call('POST', '/api/chat', { prompt: 'Build it for one who is ahead.' });
    const turn: WireEvent[] = [];
    const started = Promise.withResolvers<void>();
    const reading = readWire(response, turn, ({ type }) => {
      if (type === 'turn_started') started.resolve();
      return false;
    });
    await started.promise;
    const ahead: WireEvent[] = [];
    const followed = readWire(await resume(visitor, sessionOf(turn), 5000, 'header'), ahead);
    simulator.release('ahead', Infinity);
    await Promise.all([reading, followed]);
    expect(storedOnly(ahead)).toEqual(storedOnly(turn).slice(2));
  });
});

it('never waits for clients that do not read, and buffers little for them', async () => {
  const files = 20;
  const text = 'x'.repeat(900_000);
  const big: Answer = {
    chunkSize: 30_000,
    gates: [{ before: 'headers', name: 'deaf' }],
    content: Array.from({ length: files }, (_, n) => ({
      type: 'tool_use',
      id: `toolu_${n}`,
      name: 'str_replace_based_edit_tool',
      input: { command: 'create', path: `/app/${n}.txt`, file_text: text },
    })),
  };
  simulator.script([big, { content: ['Done.'] }], { text: 'Build big files.' });
  const response = await visitor.call('POST', '/api/chat', { prompt: 'Build big files.' });
  const turn: WireEvent[] = [];
  const started = Promise.withResolvers<void>();
  const reading = readWire(response, turn, ({ type }) => {
    if (type === 'turn_started') started.resolve();
    return false;
  });
  await started.promise;
  const session = sessionOf(turn);
  const deaf = await Promise.all(Array.from({ length: 60 }, () => resume(visitor, session, 0, 'query')));
  const before = memoryOf(redraw);
  simulator.release('deaf');
  await reading;
  expectCompleteLog(parsed(turn));
  expect(storedOnly(turn).reduce((sum, { data }) => sum + data.length, 0)).toBeGreaterThan(files * text.length);
  // Buffering 18 MB for each of sixty clients would take more than a gigabyte; the turn alone takes a fifth of that.
  const grown = memoryOf(redraw) - before;
  expect(grown).toBeLessThan(700_000_000);
  // Each client still gets all that it had not read.
  for (const one of deaf.slice(0, 3)) {
    const seen: WireEvent[] = [];
    await readWire(one, seen);
    // One that had to wait for longer than a reader may has been dropped, and goes on.
    while (seen.at(-1)?.type !== 'turn_finished')
      await readWire(await resume(visitor, session, lastId(seen), 'query'), seen);
    expect(storedOnly(seen)).toEqual(storedOnly(turn));
  }
  await Promise.all(deaf.slice(3).map((one) => one.body?.cancel()));
});

/** Resident memory of the server's processes, bytes; 0 where unknown. */
function memoryOf({ state }: Redraw): number {
  const pidFile = `${state}/workerd.pid`;
  if (!existsSync(pidFile)) return 0;
  const statuses = readFileSync(pidFile, 'utf8')
    .trim()
    .split(/\s+/)
    .map((pid) => `/proc/${pid}/status`);
  const kilobytes = (status: string) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0);
  return statuses.filter((status) => existsSync(status)).reduce((sum, status) => sum + kilobytes(status), 0) * 1024;
}
