import { createExecutionContext, evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Bindings } from '../../src/routes/http/app-env.ts';
import type { Session } from '../../src/session/session.ts';
import { settledAfterMs } from '../../src/session/session-context.ts';
import worker from '../../src/worker.ts';
import { reduceAll } from '../../web/project/reduce.ts';
import type { Answer, Gate } from '../claude-simulator/script.ts';
import { expectCompleteLog, expectNothingTwice, fileChanges, visibleState } from './event-assertions.ts';
import { lastId, parsed, readWire, sessionOf, storedOnly, type WireEvent } from './events/wire.ts';
import { breaksOff, changes, ends, writes } from './long-turn.ts';

const origin = 'http://localhost:8787';
const { SESSION, ANTHROPIC_BASE_URL } = env as unknown as {
  SESSION: DurableObjectNamespace<Session>;
  ANTHROPIC_BASE_URL: string;
};

const simulator = {
  control: (path: string, body?: object) =>
    fetch(`${ANTHROPIC_BASE_URL}/__simulator/${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  /** Resolves when an answer waits at the gate. */
  waiting: async (gate: string) => {
    expect((await simulator.control(`wait?gate=${encodeURIComponent(gate)}&timeoutMs=240000`)).status).toBe(200);
  },
  /** All requests for a prompt: their bodies and the statuses of their answers. */
  requests: async (text: string) => {
    const response = await simulator.control(`requests?text=${encodeURIComponent(text)}`);
    const { requests } = (await response.json()) as { requests: { rawBody: string; status: number | null }[] };
    return requests;
  },
};

let cookie = '';

async function call(
  method: string,
  path: string,
  body?: object | Uint8Array,
  more: HeadersInit = {},
): Promise<Response> {
  const headers = new Headers(more);
  headers.set('Cookie', cookie);
  headers.set('Origin', origin);
  headers.set('Content-Type', 'application/json');
  const raw = body instanceof Uint8Array ? body : body && JSON.stringify(body);
  const request = new Request(`${origin}${path}`, { method, headers, ...(raw ? { body: raw } : {}) });
  const response = await worker.fetch(request, env as unknown as Bindings, createExecutionContext());
  const set = response.headers.getSetCookie()[0];
  if (set) cookie = set.split(';')[0] ?? '';
  return response;
}

/** Sends a prompt and reads its first events. `over` settles when the stream has ended or broken. */
async function build(prompt: string): Promise<{ seen: WireEvent[]; session: string; over: Promise<boolean> }> {
  const response = await call('POST', '/api/chat', { prompt });
  expect(response.status).toBe(200);
  const seen: WireEvent[] = [];
  const first = Promise.withResolvers<void>();
  const over = readWire(response, seen, () => {
    first.resolve();
    return false;
  });
  await first.promise;
  return { seen, session: sessionOf(seen), over };
}

const eventsAfter = async (session: string, after: number): Promise<WireEvent[]> => {
  const seen: WireEvent[] = [];
  await readWire(await call('GET', `/api/sessions/${session}/events?after=${after}`), seen);
  return seen;
};

/** Aborts the object in the middle of its work, as a deploy or a crash does. */
async function abortObject(session: string): Promise<void> {
  await runInDurableObject(SESSION.getByName(session), (_, state) => state.abort('taken away')).catch(() => undefined);
}

async function watch(session: string, query = ''): Promise<{ told: number[]; until(seq: number): Promise<void> }> {
  const response = await call('GET', `/api/sessions/${session}/watch${query}`, undefined, { Upgrade: 'websocket' });
  const socket = response.webSocket;
  if (!socket) throw new Error(`No socket: ${response.status}`);
  const told: number[] = [];
  let look = (): void => {};
  socket.addEventListener('message', ({ data }) => {
    told.push((JSON.parse(String(data)) as { seq: number }).seq);
    look();
  });
  socket.accept();
  return {
    told,
    until: (seq) =>
      new Promise((resolve) => {
        look = () => {
          if ((told.at(-1) ?? 0) >= seq) resolve();
        };
        look();
      }),
  };
}

const answers: Answer[] = [writes, breaksOff, changes, ends];

/** The turn without any interruption, which each test compares with. */
let uninterrupted: WireEvent[] | null = null;
async function uninterruptedTurn(): Promise<WireEvent[]> {
  if (uninterrupted) return uninterrupted;
  await simulator.control('script', { answers, text: 'Build it undisturbed.' });
  const { seen, over } = await build('Build it undisturbed.');
  await over;
  expectCompleteLog(parsed(seen));
  uninterrupted = seen;
  return seen;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a session object that is taken away', () => {
  it.each<[string, number, Gate['before']]>([
    ['before the first reply', 0, 'headers'],
    ['while Claude thinks', 0, 4],
    ['while Claude speaks', 0, 9],
    ['while a file is written', 0, 15],
    ['before the reply is whole', 0, 24],
    ['once tools have run, before the next reply', 1, 'headers'],
    ['before the step is asked again', 2, 'headers'],
    ['in the reply that is asked again', 2, 8],
    ['before the last reply', 3, 'headers'],
    ['in the last words', 3, 4],
  ])('%s, goes on as if nothing had been', async (name, index, before) => {
    const whole = parsed(await uninterruptedTurn());
    const prompt = `Build it, taken away ${name}.`;
    const held = { ...answers[index], gates: [{ before, name: prompt }] };
    await simulator.control('script', {
      answers: [...answers.slice(0, index), held, ...answers.slice(index)],
      text: prompt,
    });
    const { seen, session, over } = await build(prompt);
    await simulator.waiting(prompt);
    await abortObject(session);
    await over;
    expect(seen.at(-1)?.type).not.toBe('turn_finished');
    seen.push(...(await eventsAfter(session, lastId(seen))));
    const log = await eventsAfter(session, 0);
    expect(storedOnly(seen)).toEqual(log);
    expect(visibleState(parsed(log))).toEqual(visibleState(whole));
    const events = parsed(seen);
    expectCompleteLog(events);
    expect(visibleState(events)).toEqual(visibleState(whole));
    expect(fileChanges(events)).toEqual(fileChanges(whole));
    const requests = await simulator.requests(prompt);
    expect(requests.filter(({ status }) => status !== null && status !== 200)).toEqual([]);
    expectNothingTwice(requests.map(({ rawBody }) => rawBody));
  });

  it('while it waits for the browser to report, waits again', async () => {
    const prompt = 'Build it, with the preview open.';
    await simulator.control('script', {
      answers: [{ ...writes, gates: [{ before: 'headers', name: prompt }] }, changes, ends],
      text: prompt,
    });
    const { seen, session, over } = await build(prompt);
    await watch(session, '?preview=1');
    await simulator.control('release', { gate: prompt });
    const reloads = (events: readonly WireEvent[]) =>
      events.filter(({ type, data }) => type === 'preview' && data.includes('reload')).length;
    // The check waits for a report on the second reload.
    await vi.waitFor(() => expect(reloads(seen)).toBe(2), { timeout: 60_000, interval: 5 });
    await abortObject(session);
    await over;
    await watch(session, '?preview=1');
    const rest: WireEvent[] = [];
    const reading = readWire(await call('GET', `/api/sessions/${session}/events?after=${lastId(seen)}`), rest);
    const report = { revision: 2, path: '/', blank: false, problems: [], snapshot: 'main' };
    expect((await call('POST', `/api/sessions/${session}/preview/report`, report)).status).toBe(204);
    await reading;
    const events = parsed([...seen, ...rest]);
    expectCompleteLog(events);
    const looks = events.filter(
      (event) => event.type === 'tool' && event.data.name === 'check_preview' && event.data.state !== 'started',
    );
    expect(looks).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'turn_finished').map(({ data }) => data)).toMatchObject([
      { state: 'completed' },
    ]);
    expectNothingTwice((await simulator.requests(prompt)).map(({ rawBody }) => rawBody));
  });
});

describe('a session object that rests', () => {
  it('is evicted, and still tells those who watch', async () => {
    const seen = await uninterruptedTurn();
    const session = sessionOf(seen);
    const watching = await watch(session);
    const last = lastId(seen);
    await watching.until(last);
    for (const round of [1, 2]) {
      await evictDurableObject(SESSION.getByName(session));
      const put = await call(
        'PUT',
        `/api/sessions/${session}/files/notes.txt`,
        new TextEncoder().encode(`round ${round}`),
      );
      expect(put.status).toBe(200);
      await watching.until(last + 3 * round);
    }
    const all = await eventsAfter(session, 0);
    expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => index + 1));
    expect(all.slice(0, last)).toEqual(storedOnly(seen));
    expect(watching.told.at(-1)).toBe(all.length);
  });

  it('shows a turn the same ten minutes after its end, without files as they were being written', async () => {
    const prompt = 'Build it, and leave it for a while.';
    await simulator.control('script', { answers, text: prompt });
    const { seen, session, over } = await build(prompt);
    await over;
    expect(await eventsAfter(session, 0)).toEqual(storedOnly(seen));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + settledAfterMs });
    const settled = await eventsAfter(session, 0);
    const count = (type: string) => settled.filter((event) => event.type === type).length;
    expect(count('file_delta')).toBe(0);
    expect(settled).toEqual(storedOnly(seen).filter(({ type }) => type !== 'file_delta'));
    const { seq, ...view } = reduceAll(parsed(seen));
    expect(reduceAll(parsed(settled))).toEqual({ seq, ...view });
    // A reader that was away since the middle of the turn.
    for (const at of seen.slice(0, -1).keys()) {
      const read = seen.slice(0, at + 1);
      const rest = await eventsAfter(session, lastId(read));
      expect(reduceAll(parsed(rest), reduceAll(parsed(read)))).toEqual({ seq, ...view });
    }
  });
});
