import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate, Handler } from '../claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';
import { Visitor } from '../support/visitor.ts';
import { expectCompleteLog, expectNothingTwice, fileChanges, visibleState } from './event-assertions.ts';
import { lastId, parsed, readWire, resume, sessionOf, storedOnly, type WireEvent, wholeLog } from './events/wire.ts';
import { filesAfter, longTurn, stepOf } from './long-turn.ts';

interface Place {
  /** Number of replies in the transcript before it. */
  step: number;
  /** The event of the next reply before which the turn is held. */
  before: Gate['before'];
}

/** Where each turn is held, once, by its prompt. */
const holds = new Map<string, Place>();
let delayMs = 0;
let simulator: Simulator;
let redraw: Redraw;
let visitor: Visitor;
let uncut: WireEvent[];

const handler: Handler = (request) => {
  const answer = { ...longTurn(request, simulator.requests), delayMs };
  const [prompt, hold] = [...holds].find(([one]) => request.rawBody.includes(one)) ?? [];
  if (prompt === undefined || hold === undefined || stepOf(request).step !== hold.step) return answer;
  // The second step is held at its second attempt.
  if (hold.step === 1 && 'streamError' in answer) return answer;
  holds.delete(prompt);
  return { ...answer, gates: [{ before: hold.before, name: prompt }] };
};

async function build(prompt: string, seen: WireEvent[] = []): Promise<{ seen: WireEvent[]; over: Promise<boolean> }> {
  const response = await visitor.call('POST', '/api/chat', { prompt });
  expect(response.status).toBe(200);
  const first = Promise.withResolvers<void>();
  const over = readWire(response, seen, () => {
    first.resolve();
    return false;
  });
  await first.promise;
  return { seen, over };
}

/** Resumes reading after the restart and checks the complete log. */
async function expectSound(seen: WireEvent[]): Promise<void> {
  const session = sessionOf(seen);
  const before = [...seen];
  await readWire(await resume(visitor, session, lastId(seen), 'header'), seen);
  const whole = await wholeLog(visitor, session);
  expect(seen.slice(0, before.length)).toEqual(before);
  expect(storedOnly(seen)).toEqual(whole);
  const events = parsed(whole);
  expect(visibleState(parsed(seen))).toEqual(visibleState(events));
  expectCompleteLog(events);
  expect(visibleState(events)).toEqual(visibleState(parsed(uncut)));
  expect(fileChanges(events)).toEqual(fileChanges(parsed(uncut)));
  expect(await visitor.json<unknown[]>('GET', `/api/sessions/${session}/history`)).toHaveLength(1);
  for (const [path, text] of Object.entries(filesAfter)) {
    const file = await visitor.call('GET', `/api/sessions/${session}/files/${path}`);
    expect(await file.text()).toBe(text);
  }
}

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
  const { seen, over } = await build('Build it uncut.');
  await over;
  uncut = seen;
});

afterAll(async () => {
  await redraw?.close();
  await simulator?.close();
});

const places: Record<string, Place> = {
  'before the first reply': { step: 0, before: 'headers' },
  'while Claude thinks': { step: 0, before: 4 },
  'while Claude speaks': { step: 0, before: 9 },
  'while a file is written': { step: 0, before: 15 },
  'before the reply is whole': { step: 0, before: 24 },
  'once tools have run, before the next reply': { step: 1, before: 'headers' },
  'in the reply that is asked again': { step: 1, before: 8 },
  'before the last reply': { step: 2, before: 'headers' },
  'in the last words': { step: 2, before: 4 },
};

/** A turn interrupted with the others in the first test; no request touches its session until the last test. */
const unattended = { prompt: 'Build it, with nobody there.', seen: [] as WireEvent[] };

describe('a server that is killed and started again', () => {
  it('goes on with turns that were at any of their steps', async () => {
    holds.set(unattended.prompt, { step: 0, before: 9 });
    const { over } = await build(unattended.prompt, unattended.seen);
    await simulator.waiting(unattended.prompt);
    const turns: { seen: WireEvent[]; over: Promise<boolean> }[] = [];
    for (const [name, place] of Object.entries(places)) {
      const prompt = `Build it, cut ${name}.`;
      holds.set(prompt, place);
      turns.push(await build(prompt));
      await simulator.waiting(prompt);
    }
    await redraw.kill();
    await Promise.all([over, ...turns.map((turn) => turn.over)]);
    await redraw.restart();
    await Promise.all(turns.map(({ seen }) => expectSound(seen)));
    expectNothingTwice(simulator.requests.map(({ rawBody }) => rawBody));
  });

  it('goes on wherever it was killed', async () => {
    delayMs = 4;
    // Pseudo-random moments with a fixed seed; machine speed still varies them slightly.
    let seed = 20261120;
    const random = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32;
    };
    for (let round = 1; round <= 5; round++) {
      const killAt = 1 + Math.floor(random() * uncut.length);
      const killed = Promise.withResolvers<void>();
      let isKilling = false;
      const kill = (): void => {
        if (!isKilling) redraw.kill().then(killed.resolve, killed.reject);
        isKilling = true;
      };
      const turns = Array.from({ length: 4 }, async (_, n): Promise<WireEvent[]> => {
        const seen: WireEvent[] = [];
        // Staggered starts: the turns are at different places at the moment of the kill. It may come before some have begun.
        const lead = simulator.requests.length;
        if (n > 0) await Promise.race([simulator.request(lead + n), killed.promise]);
        const prompt = `Build it, killed at random, ${round}/${n}.`;
        const response = await visitor.call('POST', '/api/chat', { prompt }).catch(() => null);
        if (!response) return seen;
        await readWire(response, seen, ({ type }) => {
          // A turn may have a few events fewer than the first had: it is killed at its end then.
          if (seen.length === killAt || type === 'turn_finished') kill();
          return false;
        });
        return seen;
      });
      await killed.promise;
      const all = await Promise.all(turns);
      await redraw.restart();
      await Promise.all(all.filter((seen) => seen.length > 0).map(expectSound));
    }
    delayMs = 0;
    expectNothingTwice(simulator.requests.map(({ rawBody }) => rawBody));
    expect(simulator.requests.filter(({ status }) => status !== null && status !== 200)).toEqual([]);
  });

  // workerd itself persists the alarm: it fires half a minute after the turn began, across restarts.
  it('is woken by the alarm of a turn that nobody asks for', async () => {
    await simulator.request(2, { text: unattended.prompt });
    await expectSound(unattended.seen);
  });
});
