import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer, Block, Handler } from '../claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { longRun } from '../support/long-run.ts';
import { createFile, replaceText } from '../support/running-redraw.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';
import { Visitor } from '../support/visitor.ts';
import { expectCompleteLog, visibleState } from './event-assertions.ts';
import { lastId, parsed, readWire, resume, sessionOf, storedOnly, type WireEvent, wholeLog } from './events/wire.ts';
import { stepOf } from './long-turn.ts';

/** Numbers from 0 up to 1, the same ones for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const search: Block = { type: 'tool_use', name: 'search_files', input: { pattern: 'é|🙂' } };
const look: Block = { type: 'tool_use', name: 'check_preview', input: {} };

/** Answers of every kind, the broken ones included. */
const answers: ((n: number) => Answer)[] = [
  (n) => ({
    content: [{ type: 'thinking', thinking: `Think of ${n} 🙂.` }, createFile(`${n}.txt`, `é🙂${n}\n`.repeat(20))],
  }),
  (n) => ({ content: ['First this.', search, replaceText(`${n - 1}.txt`, 'é🙂', '🙂🙂'), look] }),
  (n) => ({ content: [createFile('index.html', `<p>${n}</p>`)], streamError: { at: 6 } }),
  (n) => ({ content: [`Half of ${n} 🙂`], cut: 5 }),
  (n) => ({ content: [createFile(`long-${n}.txt`, 'x'.repeat(500))], stopReason: 'max_tokens' }),
  () => ({ error: { type: 'overloaded_error' } }),
];

let random = randomNumbers(0);
let simulator: Simulator;
let redraw: Redraw;
let visitor: Visitor;

/** The prompt that tells whether a project is alive: Claude answers it well. */
const next = 'Build more.';

const handler: Handler = (request) => {
  const { step, earlier } = stepOf(request);
  const isNext = JSON.stringify(request.body?.messages[earlier]).includes(next);
  const kind = isNext ? step : Math.floor(random() * answers.length);
  const answer = step >= (isNext ? 1 : 3) ? undefined : answers[kind];
  return { chunkSize: 12, delayMs: 1, ...(answer?.(simulator.requests.length) ?? { content: ['Done with it.'] }) };
};

beforeAll(async () => {
  simulator = await startSimulator({ handler });
  redraw = await startRedraw({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: simulator.url,
    ANON_TURN_LIMIT: '100000',
    HOSTED_DAILY_USD: '1000000',
    CLAUDE_RETRY_BASE_MS: '1',
  });
  visitor = new Visitor(redraw.url);
  await visitor.json('GET', '/api/account');
});
afterAll(async () => {
  await redraw?.close();
  await simulator?.close();
});

/**
 * Sends a prompt and reads its turn. `interrupt` is called once `after` events have come, or with the last, if there are fewer.
 *
 * @returns what came; nothing where the server was killed before it answered
 */
async function build(
  prompt: string,
  session?: string,
  after = 0,
  interrupt: (seen: readonly WireEvent[]) => void = () => undefined,
): Promise<WireEvent[]> {
  const seen: WireEvent[] = [];
  const body = { prompt, ...(session ? { session } : {}) };
  const response = await visitor.call('POST', '/api/chat', body).catch(() => null);
  if (!response) return seen;
  expect(response.status).toBe(200);
  await readWire(response, seen, ({ type }) => {
    if (seen.length === after || (type === 'turn_finished' && seen.length < after)) interrupt(seen);
    return false;
  });
  return seen;
}

const ends = (events: readonly WireEvent[]): string[] =>
  events.flatMap(({ type, data }) => (type === 'turn_finished' ? [(JSON.parse(data) as { state: string }).state] : []));

const anyMoment = (): number => 2 + Math.floor(random() * 60);

/** Asserts that a project takes the next prompt, and that Claude has taken every request so far. */
async function expectAlive(session: string): Promise<void> {
  expect(ends(await build(next, session))).toEqual(['completed']);
  const refused = simulator.requests.filter(({ status }) => status !== null && status >= 400 && status < 500);
  expect(refused.map(({ rawBody }) => rawBody)).toEqual([]);
}

it('takes the next prompt after Stop at any moment', async () => {
  const { numRuns, seed } = longRun(4, 60);
  random = randomNumbers(seed);
  for (let run = 0; run < numRuns; run++) {
    const stopped = Promise.withResolvers<Response>();
    const first = await build(`Build it, stopped no. ${run}.`, undefined, anyMoment(), (seen) => {
      visitor.call('POST', `/api/sessions/${sessionOf(seen)}/stop`, {}).then(stopped.resolve, stopped.reject);
    });
    expect((await stopped.promise).status).toBe(200);
    expect(ends(first)).toHaveLength(1);
    await expectAlive(sessionOf(first));
  }
});

it('takes the next prompt after SIGKILL at any moment, and has lost nothing', async () => {
  const { numRuns, seed } = longRun(8, 200);
  random = randomNumbers(seed);
  const atOnce = 4;
  /** Of the newest projects: each is killed several times. */
  let sessions: (string | undefined)[] = Array.from({ length: atOnce }, () => undefined);
  for (let run = 0; run < numRuns; run++) {
    if (run % 4 === 3) sessions = sessions.map(() => undefined);
    const killAt = anyMoment();
    let killing: Promise<void> | null = null;
    const cut = await Promise.all(
      sessions.map((session, n) =>
        build(`Build it, killed no. ${run}.${n}.`, session, killAt, () => {
          killing ??= redraw.kill();
        }),
      ),
    );
    await killing;
    await redraw.restart();
    sessions = await Promise.all(
      cut.map(async (seen, n) => {
        const session = seen.length > 0 ? sessionOf(seen) : sessions[n];
        if (session === undefined) return undefined;
        await readWire(await resume(visitor, session, lastId(seen), 'header'), seen);
        const whole = await wholeLog(visitor, session);
        const first = storedOnly(seen)[0]?.id ?? whole.length + 1;
        expect(storedOnly(seen)).toEqual(whole.slice(first - 1));
        expectCompleteLog(parsed(whole));
        expect(visibleState(parsed([...whole.slice(0, first - 1), ...seen]))).toEqual(visibleState(parsed(whole)));
        await expectAlive(session);
        return session;
      }),
    );
  }
});
