import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { RedrawEvent } from '../../../src/protocol/events.ts';
import type { Answer, Gate, Script } from '../../claude-simulator/script.ts';
import {
  createFile,
  EventReader,
  expectGapless,
  expectTrialUsed,
  only,
  problemOf,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import { editRows, makeAlarmsDue, rowsOf } from '../../support/state-folder.ts';
import type { Visitor } from '../../support/visitor.ts';

const running = useRunning({});

/** The stored sessions of a visitor, including one that the account does not list yet. */
function sessionsOf(owner: string): string[] {
  const rows = rowsOf<{ key: string; value: string }>(running.redraw, 'Session', 'meta', 'SELECT key, value FROM meta');
  return rows
    .map((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])))
    .filter((meta) => meta.owner === owner)
    .map((meta) => meta.id ?? '');
}

const nameOf = (visitor: Visitor): string => /redraw=([a-z2-7]{26})/.exec(visitor.cookie ?? '')?.[1] ?? '';

interface Lease {
  turn: string;
  state: string;
}

/** The leases of the account that has one for a turn. */
const leasesWith = (turn: string): Lease[] =>
  rowsOf<Lease>(running.redraw, 'Account', 'lease', 'SELECT turn, state FROM lease').find((leases) =>
    leases.some((lease) => lease.turn === turn),
  ) ?? [];

const leaseOf = (turn: string): string | undefined => leasesWith(turn).find((lease) => lease.turn === turn)?.state;

/** Turns whose settlement the account has not acknowledged. */
const owed = (): string[] =>
  rowsOf<{ turn: string }>(running.redraw, 'Session', 'outbox', 'SELECT turn FROM outbox')
    .flat()
    .map(({ turn }) => turn);

/** Reads a session to its end and asserts that it is complete: gapless events, one end for each turn, the expected files. */
async function wholeTurns(visitor: Visitor, session: string): Promise<RedrawEvent[]> {
  const response = await visitor.call('GET', `/api/sessions/${session}/events?after=0`);
  const events = await new EventReader(response).rest();
  expectGapless(events);
  const turns = events.flatMap((event) => (event.type === 'turn_started' ? [event.data.turn] : []));
  const ends = events.flatMap((event) => (event.type === 'turn_finished' ? [event.data.turn] : []));
  expect(ends).toEqual(turns);
  expect(new Set(ends).size).toBe(ends.length);
  return events;
}

interface Sent {
  visitor: Visitor;
  prompt: string;
  stream: EventReader;
  session: string;
}

/** Sends a prompt and reads to the first event of its answer. */
async function send(visitor: Visitor, script: Script, prompt: string): Promise<Sent> {
  running.simulator.script(script, { text: prompt, repeatLast: true });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  await stream.until('session');
  return { visitor, prompt, stream, session: only(stream.seen, 'session').session };
}

/** Replies that write a file, the same ones where they are asked for again. One of them waits at the gate of its prompt. */
function writes(prompt: string, waits?: { reply: 0 | 1; before: Gate['before'] }): Script {
  const replies: Answer[] = toolTurn(createFile('a.txt', 'a'));
  return ({ rawBody }) => {
    const number = rawBody.includes('tool_result') ? 1 : 0;
    const gates = waits?.reply === number ? [{ before: waits.before, name: prompt }] : [];
    return { ...replies[number], gates };
  };
}

async function sendHeld(visitor: Visitor, reply: 0 | 1, before: Gate['before']): Promise<Sent> {
  const prompt = uniquePrompt();
  const sent = await send(visitor, writes(prompt, { reply, before }), prompt);
  await sent.stream.until('turn_started');
  await running.simulator.waiting(prompt);
  return sent;
}

const refusal: Script = [{ status: 401 }];

async function sendWhole(visitor: Visitor, script?: Script): Promise<Sent> {
  const prompt = uniquePrompt();
  const sent = await send(visitor, script ?? writes(prompt), prompt);
  await sent.stream.until('turn_finished');
  return sent;
}

/** Kills the server at once; `whileDown` runs before it is started again. */
async function killed(sent: readonly Sent[], whileDown: () => void = () => undefined): Promise<void> {
  await running.redraw.kill();
  await Promise.all(sent.map(({ stream }) => stream.rest().catch(() => undefined)));
  for (const { prompt } of sent) running.simulator.release(prompt, Infinity);
  try {
    whileDown();
  } finally {
    await running.redraw.restart();
  }
}

/** How a turn is to end; `deleted` with its session. */
type End = 'completed' | 'failed' | 'deleted';

/** What the server has just done when it is killed. */
const moments: [name: string, end: End, happens: (visitor: Visitor) => Promise<Sent>][] = [
  [
    'has begun a stream',
    'completed',
    (visitor) => {
      const prompt = uniquePrompt();
      return send(visitor, writes(prompt), prompt);
    },
  ],
  ['has completed a turn', 'completed', (visitor) => sendWhole(visitor)],
  ['has ended a turn that failed', 'failed', (visitor) => sendWhole(visitor, refusal)],
  [
    'has deleted a session',
    'deleted',
    async (visitor) => {
      const sent = await sendHeld(visitor, 0, 'headers');
      expect((await visitor.call('DELETE', `/api/sessions/${sent.session}`)).status).toBe(204);
      return sent;
    },
  ],
];

it.each(moments)(
  'loses no turn, counts none twice and leaves none open, killed when it %s',
  async (_, end, happens) => {
    const visitor = running.visitor();
    await visitor.json('GET', '/api/account');
    const held = [
      await sendHeld(visitor, 0, 'headers'),
      await sendHeld(visitor, 0, 4),
      await sendHeld(visitor, 1, 'headers'),
    ];
    const doomed = await sendHeld(visitor, 0, 'headers');
    const happened = await happens(visitor);
    // Two calls are on their way to the server when it is killed.
    const late = uniquePrompt();
    running.simulator.script(writes(late), { text: late });
    const calls = Promise.allSettled([
      visitor.call('POST', '/api/chat', { prompt: late }).then((response) => response.text()),
      visitor.call('DELETE', `/api/sessions/${doomed.session}`),
    ]);
    await killed([...held, doomed, happened]);
    await calls;

    // Either the deletion did not arrive, or the session is deleted for good.
    await visitor.call('DELETE', `/api/sessions/${doomed.session}`);
    const ends = new Map<string, End>(held.map(({ session }) => [session, 'completed']));
    ends.set(doomed.session, 'deleted').set(happened.session, end);
    const deleted = [...ends].flatMap(([session, how]) => (how === 'deleted' ? [session] : []));
    for (const session of deleted)
      await problemOf(await visitor.call('GET', `/api/sessions/${session}`), 404, 'not_found');
    const all = () => sessionsOf(nameOf(visitor));
    for (const session of all()) await visitor.call('GET', `/api/sessions/${session}`);
    await expect.poll(() => deleted.filter((session) => all().includes(session))).toEqual([]);

    expect(all()).toEqual(expect.arrayContaining([...ends.keys()].filter((session) => !deleted.includes(session))));
    const leases: Lease[] = [];
    for (const session of all()) {
      const events = await wholeTurns(visitor, session);
      const isCompleted = ends.get(session) !== 'failed';
      expect(events.at(-1)).toMatchObject({
        type: 'turn_finished',
        data: { state: isCompleted ? 'completed' : 'failed', counted: isCompleted },
      });
      expect(events.filter(({ type }) => type === 'file')).toHaveLength(isCompleted ? 1 : 0);
      leases.push({ turn: only(events, 'turn_started').turn, state: isCompleted ? 'counted' : 'returned' });
    }
    const counted = leases.filter(({ state }) => state === 'counted').length;
    await expectTrialUsed(visitor, counted);
    const listed = await visitor.json<{ session: string }[]>('GET', '/api/sessions');
    expect(listed.map(({ session }) => session).sort()).toEqual(all().sort());
    // Leases of deleted sessions are returned.
    const known = () => leasesWith(leases[0]?.turn ?? '');
    await expect.poll(() => known().filter(({ state }) => state === 'open')).toEqual([]);
    expect(known()).toEqual(expect.arrayContaining(leases));
    expect(known().filter(({ state }) => state === 'counted')).toHaveLength(counted);
    await expect.poll(owed).toEqual([]);
    await visitor.build('a good one');
    await expectTrialUsed(visitor, counted + 1);
  },
);

it('ends a deletion that was interrupted, in a project that only the alarm wakes', async () => {
  const visitor = running.visitor();
  const sent = await sendWhole(visitor);
  await expect.poll(owed).toEqual([]);
  const { turn } = only(sent.stream.seen, 'turn_started');
  await killed([sent], () => {
    const isIts = `SELECT 1 FROM turn WHERE id = '${turn}'`;
    editRows(running.redraw, 'Session', isIts, [`UPDATE meta SET value = 'gone' WHERE key = 'state'`]);
    makeAlarmsDue(running.redraw, 'Session');
  });
  await expect.poll(() => sessionsOf(nameOf(visitor))).toEqual([]);
});

/** The stored state after a kill at one point of a turn, made from the state at a point that is easy to hit. */
interface Point {
  name: string;
  /** The kill comes during the request to Claude, or after the settlement of a turn that ends so. */
  at: 'asked' | 'completed' | 'failed';
  session: string[];
  account: string[];
}

const backToAdmission = [
  `UPDATE turn SET state = 'admitting', payer = '', first_seq = NULL, started_at = NULL`,
  'DELETE FROM event',
  'DELETE FROM message',
  `UPDATE meta SET value = 'new' WHERE key = 'state'`,
  `UPDATE meta SET value = '' WHERE key = 'title'`,
];
const owes = [`INSERT INTO outbox (turn, counted, attempts, due_at) SELECT id, counted, 0, finished_at FROM turn`];

const points: Point[] = [
  {
    name: 'before the account was asked',
    at: 'asked',
    session: backToAdmission,
    account: ['DELETE FROM lease', 'DELETE FROM project', 'DELETE FROM welcome'],
  },
  { name: 'after the lease was given', at: 'asked', session: backToAdmission, account: [] },
  { name: 'after the turn had begun', at: 'asked', session: [], account: [] },
  ...(['completed', 'failed'] as const).flatMap((at): Point[] => [
    {
      name: `after the end of a turn that ${at}, before the settlement`,
      at,
      session: owes,
      account: [`UPDATE lease SET state = 'open'`],
    },
    { name: `after the settlement of a turn that ${at}, before its answer was heard`, at, session: owes, account: [] },
  ]),
];

/** Another turn has used up the trial meanwhile. */
const refused: Point = {
  name: 'before it is refused',
  at: 'asked',
  session: backToAdmission,
  account: [
    'DELETE FROM lease',
    'DELETE FROM project',
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     INSERT INTO lease (turn, session, payer, state, opened_at) SELECT 'old ' || i, '', 'trial', 'counted', 0 FROM n`,
  ],
};

const broken: Point = { name: 'before it breaks', at: 'asked', session: ['DROP TABLE message'], account: [] };

interface Interrupted extends Sent {
  turn: string;
}

/** Brings a turn of a new visitor to each point, kills the server once for all of them, and starts it again. */
async function interrupt(all: readonly Point[], whileDown = () => {}): Promise<Map<Point, Interrupted>> {
  // At the same time: thirty seconds after its beginning, a turn's alarm would be gone.
  const sent = await Promise.all(
    all.map(({ at }): Promise<Sent> => {
      const visitor = running.visitor();
      if (at === 'asked') return sendHeld(visitor, 0, 'headers');
      return sendWhole(visitor, at === 'failed' ? refusal : undefined);
    }),
  );
  await vi.waitFor(() => expect(owed()).toEqual([]), { timeout: 60_000 });
  const turns = () => sent.map(({ stream }) => only(stream.seen, 'turn_started').turn);
  await killed(sent, () => {
    for (const [n, turn] of turns().entries()) {
      editRows(running.redraw, 'Session', `SELECT 1 FROM turn WHERE id = '${turn}'`, all[n]?.session ?? []);
      editRows(running.redraw, 'Account', `SELECT 1 FROM lease WHERE turn = '${turn}'`, all[n]?.account ?? []);
    }
    whileDown();
  });
  return new Map(all.map((point, n) => [point, { ...(sent[n] as Sent), turn: turns()[n] ?? '' }]));
}

describe.each(['a visitor', 'the alarm'])('a turn that was killed, woken by %s', (woken) => {
  const byAlarm = woken === 'the alarm';
  let interrupted: Map<Point, Interrupted>;
  const of = (point: Point) => interrupted.get(point) as Interrupted;
  beforeAll(async () => {
    interrupted = byAlarm
      ? await interrupt(points, () => makeAlarmsDue(running.redraw, 'Session'))
      : await interrupt([...points, refused, broken]);
  });

  it.each(points)('goes on $name', async (point) => {
    const { visitor, session, turn, prompt } = of(point);
    const isCompleted = point.at !== 'failed';
    const lease = isCompleted ? 'counted' : 'returned';
    if (byAlarm) await expect.poll(() => leaseOf(turn)).toBe(lease);
    const events = await wholeTurns(visitor, session);
    const state = isCompleted ? 'completed' : 'failed';
    expect(only(events, 'turn_finished')).toMatchObject({ turn, state, counted: isCompleted });
    if (isCompleted) expect(only(events, 'file')).toMatchObject({ path: 'a.txt' });
    await expectTrialUsed(visitor, isCompleted ? 1 : 0);
    await expect.poll(() => leaseOf(turn)).toBe(lease);
    await expect.poll(() => owed().includes(turn)).toBe(false);
    expect(await visitor.json('GET', '/api/sessions')).toMatchObject([{ session, title: prompt }]);
  });

  if (byAlarm) return;

  it('is deleted with its session where it is the first and is refused now', async () => {
    const { visitor, session } = of(refused);
    await visitor.call('GET', `/api/sessions/${session}`);
    await expect.poll(() => sessionsOf(nameOf(visitor))).toEqual([]);
    await problemOf(await visitor.call('GET', `/api/sessions/${session}`), 404, 'not_found');
    expect(await visitor.json('GET', '/api/sessions')).toEqual([]);
    await expectTrialUsed(visitor, 1000);
  });

  it('is given back where it breaks on our side', async () => {
    const { visitor, session } = of(broken);
    const events = await wholeTurns(visitor, session);
    expect(only(events, 'prompt_error')).toMatchObject({ code: 'internal', retryable: true });
    expect(JSON.stringify(events)).not.toMatch(/SQL|no such table/i);
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'failed', counted: false });
    await expectTrialUsed(visitor, 0);
    // An interrupted call reports its failure without details.
    const problem = await problemOf(await visitor.call('GET', `/api/sessions/${session}?messages=1`), 500, 'internal');
    expect(problem.detail).toBe('Something broke on our side. Nothing was lost; try again.');
    expect((await visitor.call('DELETE', `/api/sessions/${session}`)).status).toBe(204);
  });
});
