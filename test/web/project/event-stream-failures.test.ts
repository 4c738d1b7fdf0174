import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApi } from '../../../web/api/api.ts';
import type { ApiError } from '../../../web/api/api-error.ts';
import { EventStreamClient, type LinkState } from '../../../web/project/event-stream-client.ts';
import { wire } from './event-server.ts';
import { numbered, sessionId } from './generated-log.ts';

const log = numbered([
  {
    type: 'session',
    data: { session: sessionId, previewUrl: 'http://p.localhost/', model: 'm', payer: 'trial', trial: null },
  },
  { type: 'turn_started', data: { turn: 't', prompt: 'p', model: 'm', payer: 'trial' } },
  { type: 'turn_finished', data: { turn: 't', state: 'completed', counted: true } },
]);

const problem = (status: number, reason?: string) =>
  new Response(JSON.stringify({ code: 'x', title: 'x', detail: 'x', status, reason }), { status });
const missing = () => problem(404);
const wired = (events: typeof log) => events.map(wire).join('');
const nothing = () => new Response(null, { status: 204 });
const broken = () => {
  throw new TypeError('fetch failed');
};
/** A stream of this text, which then ends, or stays open and silent until it is aborted. */
const stream = (text: string, aborted?: AbortSignal) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        if (!aborted) controller.close();
        aborted?.addEventListener('abort', () => controller.error(aborted.reason));
        if (aborted?.aborted) controller.error(aborted.reason);
      },
    }),
  );

let link: EventStreamClient;

/** A client whose requests are answered by a script, one after the other; where it ends, there is nothing. */
function connect(
  script: ((aborted?: AbortSignal) => Response)[],
  { session = sessionId as string | null, random = 1 } = {},
) {
  const seen = { waits: [] as number[], states: [] as LinkState[], lost: [] as ApiError[], requests: 0, isBusy: false };
  link = new EventStreamClient({
    api: createApi({
      base: 'http://session.localhost',
      fetch: async (_, init) => {
        init?.signal?.throwIfAborted();
        return (script[seen.requests++] ?? nothing)(init?.signal ?? undefined);
      },
    }),
    session,
    timing: {
      random: () => random,
      wait: async (ms) => {
        seen.waits.push(ms);
      },
    },
    onEvent: () => undefined,
    onState: (state) => seen.states.push(state),
    onLost: (error) => seen.lost.push(error),
    isBusy: () => seen.isBusy,
  });
  return seen;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  link.close();
  vi.useRealTimers();
});

describe('a connection that fails', () => {
  it('is tried again after waits that double, fifteen seconds at the most', async () => {
    const seen = connect(Array.from({ length: 7 }, () => broken));
    link.follow();
    await link.idle();
    expect(seen.waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    expect(seen.lost).toEqual([]);
    expect(seen.states.at(0)).toBe('open');
    expect(seen.states.slice(1, -1).every((state) => state === 'reconnecting')).toBe(true);
    expect(seen.states.at(-1)).toBe('idle');
  });

  it('is tried again by each page at another time, and as the server asks', async () => {
    const seen = connect([() => stream('retry: 300\n\n'), broken, broken], { random: 0 });
    link.follow(1);
    await link.idle();
    expect(seen.waits).toEqual([]);
    link.follow(1);
    await link.idle();
    expect(seen.waits).toEqual([150, 300]);
  });

  it('is tried again as the answer to a prompt asks, where it was that answer’s', async () => {
    const seen = connect([
      () => stream(`retry: 300\n\n${log.slice(0, 1).map(wire).join('')}`),
      broken,
      broken,
      nothing,
    ]);
    seen.isBusy = true;
    await link.send({ session: sessionId, prompt: 'A timer' });
    await link.idle();
    expect(seen.waits).toEqual([300, 600]);
  });

  it('is one where nothing comes for 35 seconds', async () => {
    const seen = connect([(aborted) => stream(log.slice(0, 2).map(wire).join(''), aborted)]);
    link.follow();
    await settled();
    await vi.advanceTimersByTimeAsync(34_999);
    expect(seen.requests).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await link.idle();
    expect(seen.requests).toBe(2);
    expect(link.lastSeq).toBe(2);
  });

  it('is tried at once where it had brought something', async () => {
    const cut = (at: number) => () =>
      stream(
        `${log
          .slice(at, at + 1)
          .map(wire)
          .join('')}id: 9\nevent`,
      );
    const seen = connect([broken, cut(0), broken, cut(1)]);
    seen.isBusy = true;
    link.follow(3);
    await settled();
    link.close();
    expect(seen.waits.slice(0, 2)).toEqual([1000, 1000]);
  });
});

describe('an answer that is a problem', () => {
  it.each([408, 429, 500, 503])('of status %i passes', async (status) => {
    const seen = connect([() => problem(status), () => stream(log.map(wire).join(''))]);
    link.follow();
    await link.idle();
    expect([seen.lost, seen.waits, link.lastSeq]).toEqual([[], [1000], 3]);
  });

  it('of a project that is being moved is no loss: it is there again once the sign-in is done', async () => {
    const seen = connect([() => stream(wired(log.slice(0, 2))), missing, missing, () => stream(wired(log.slice(2)))]);
    link.follow(3);
    await link.idle();
    expect([seen.lost, seen.waits, link.lastSeq]).toEqual([[], [1000, 2000], 3]);
  });

  it('of a project that was there is a loss once it has stayed away, or the cookie has', async () => {
    const gone = connect([() => stream(wired(log.slice(0, 2))), ...Array.from({ length: 9 }, () => missing)]);
    link.follow(3);
    await link.idle();
    expect([gone.lost.map(({ status }) => status), gone.waits]).toEqual([[404], [1000, 2000, 4000]]);
    const noCookie = connect([() => stream(wired(log.slice(0, 2))), () => problem(404, 'cookie')]);
    link.follow(3);
    await link.idle();
    expect([noCookie.lost.map(({ status }) => status), noCookie.waits]).toEqual([[404], []]);
  });

  it.each([400, 401, 403, 404, 410, 499])('of status %i is final', async (status) => {
    const seen = connect([() => problem(status)]);
    link.follow();
    await link.idle();
    expect(seen.lost.map((error) => error.status)).toEqual([status]);
    expect(seen.requests).toBe(1);
  });
});

describe('a prompt that is sent', () => {
  it.each<[string, () => Response, string]>([
    ['without a stream', () => new Response(null), 'unreadable'],
    ['with a stream that ends before it begins', () => stream(': hello\n\n'), 'unreadable'],
    ['with a stream that says nothing of a turn', () => stream('event: text\ndata: {}\n\n'), 'unreadable'],
    ['with a stream that breaks before it begins', () => stream('', AbortSignal.abort()), 'unreachable'],
    ['not at all', broken, 'unreachable'],
  ])('fails where it is answered %s', async (_, answer, code) => {
    const seen = connect([answer], { session: null });
    await expect(link.send({ prompt: 'A timer' })).rejects.toMatchObject({ code });
    expect([seen.states, link.session]).toEqual([[], null]);
  });

  it('is queued, whatever else the answer says', async () => {
    connect([() => new Response('{"queued":true}', { status: 202 })]);
    expect(await link.send({ session: sessionId, prompt: 'Next' })).toEqual({ kind: 'queued', position: 0 });
  });
});

it('a prompt that was queued is waited for, though the stream that was open ends without it', async () => {
  const running = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const open = () =>
    new Response(new ReadableStream<Uint8Array>({ start: (controller) => running.resolve(controller) }));
  const queued = () => new Response('{"queued":"q","position":1}', { status: 202 });
  const seen = connect([open, queued, () => stream(log.map(wire).join(''))]);
  link.follow();
  await settled();
  await link.send({ session: sessionId, prompt: 'Next' });
  (await running.promise).close();
  await link.idle();
  expect([seen.requests, link.lastSeq]).toEqual([3, 3]);
});

it('a new project whose stream breaks before it has an id is lost', async () => {
  const connection = new AbortController();
  const seen = connect([() => stream(log.slice(1, 2).map(wire).join(''), connection.signal)], { session: null });
  await link.send({ prompt: 'A timer' });
  connection.abort(new TypeError('The connection broke.'));
  await link.idle();
  expect(seen.lost.map(({ code }) => code)).toEqual(['unreachable']);
});

it('what is known to exist is read, though a stream ends before it', async () => {
  const seen = connect([
    () => stream(log.slice(0, 1).map(wire).join('')),
    () => stream(log.slice(1).map(wire).join('')),
  ]);
  link.follow(3);
  await link.idle();
  expect([seen.requests, seen.waits, link.lastSeq]).toEqual([2, [], 3]);
});

it('a new project that has no id yet has no log to ask for', async () => {
  const seen = connect([], { session: null });
  link.follow();
  await link.idle();
  expect(seen).toMatchObject({ states: ['open', 'idle'], lost: [], requests: 0 });
});

it('a link that is closed says nothing more, and reads nothing more', async () => {
  const seen = connect([(aborted) => stream(log.slice(0, 1).map(wire).join(''), aborted)]);
  link.follow();
  await settled();
  link.close();
  await link.idle();
  link.follow(9);
  await settled();
  expect(seen).toMatchObject({ states: ['open', 'open'], lost: [], requests: 1 });
});
