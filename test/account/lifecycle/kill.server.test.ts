import { expect, it } from 'vitest';
import type { RedrawEvent } from '../../../src/protocol/events.ts';
import type { Answer } from '../../claude-simulator/script.ts';
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

function leases(): { turn: string; state: string }[] {
  return rowsOf<{ turn: string; state: string }>(
    running.redraw,
    'Account',
    'lease',
    'SELECT turn, state FROM lease',
  ).flat();
}

const leaseOf = (turn: string): string | undefined => leases().find((lease) => lease.turn === turn)?.state;

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

/** Moments of the kill, as fractions of the duration of a turn. */
const moments = [0, 0.1, 0.25, 0.4, 0.7, 1];

it('loses no turn, counts none twice and leaves none open, whenever the server is killed', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(
    ({ rawBody }) => ({ content: [rawBody.includes('tool_result') ? 'Done.' : createFile('a.txt', prompt)] }),
    { text: prompt },
  );
  await visitor.build(prompt);
  const begun = performance.now();
  await visitor.build(prompt);
  const whole = performance.now() - begun;
  for (const moment of moments) {
    const sent = visitor
      .call('POST', '/api/chat', { prompt })
      .then((response) => response.text())
      .catch(() => '');
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, moment * whole))]);
    await running.redraw.kill();
    await sent;
    await running.redraw.restart();
    for (const session of sessionsOf(nameOf(visitor))) await visitor.call('GET', `/api/sessions/${session}`);
  }

  let turns = 0;
  for (const session of sessionsOf(nameOf(visitor))) {
    const events = await wholeTurns(visitor, session);
    expect(events.at(-1)).toMatchObject({ type: 'turn_finished', data: { state: 'completed', counted: true } });
    expect(events.filter(({ type }) => type === 'file')).toHaveLength(1);
    turns += 1;
  }
  expect(turns).toBeGreaterThan(0);
  await expectTrialUsed(visitor, turns);
  const listed = await visitor.json<{ session: string }[]>('GET', '/api/sessions');
  expect(listed.map(({ session }) => session).sort()).toEqual(sessionsOf(nameOf(visitor)).sort());
  expect(leases().filter(({ state }) => state === 'open')).toEqual([]);
  expect(leases()).toHaveLength(turns);
  await expect.poll(owed).toEqual([]);
});

/** The stored state after a kill at one point of a turn, made from the state at a point that is easy to hit. */
interface Point {
  name: string;
  /** Whether the kill comes during the request to Claude, or after the settlement. */
  after: 'asked' | 'settled';
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

const points: Point[] = [
  {
    name: 'before the account was asked',
    after: 'asked',
    session: backToAdmission,
    account: ['DELETE FROM lease', 'DELETE FROM project', 'DELETE FROM welcome'],
  },
  { name: 'after the lease was given', after: 'asked', session: backToAdmission, account: [] },
  { name: 'after the turn had begun', after: 'asked', session: [], account: [] },
  {
    name: 'after the end, before the settlement',
    after: 'settled',
    session: [`INSERT INTO outbox (turn, counted, attempts, due_at) SELECT id, counted, 0, finished_at FROM turn`],
    account: [`UPDATE lease SET state = 'open'`],
  },
  {
    name: 'after the settlement, before its answer was heard',
    after: 'settled',
    session: [`INSERT INTO outbox (turn, counted, attempts, due_at) SELECT id, counted, 0, finished_at FROM turn`],
    account: [],
  },
];

for (const woken of ['a visitor', 'the alarm'] as const) {
  const some = woken === 'a visitor' ? points : points.filter((_, n) => n === 0 || n === 3);
  it.each(some)(
    `goes on where it was killed $name, woken by ${woken}`,
    async ({ after, session: onSession, account }) => {
      const visitor = running.visitor();
      const prompt = uniquePrompt();
      const wait: Answer[] = after === 'asked' ? [{ gates: [{ before: 'headers', name: prompt }] }] : [];
      running.simulator.script([...wait, ...toolTurn(createFile('a.txt', 'a'))], { text: prompt });
      const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
      await stream.until(after === 'asked' ? 'turn_started' : 'turn_finished');
      const [session = ''] = sessionsOf(nameOf(visitor));
      if (after === 'asked') await running.simulator.request(1, { text: prompt });
      else await expect.poll(owed).toEqual([]);
      await running.redraw.kill();
      await stream.rest().catch(() => undefined);
      running.simulator.release(prompt);

      const { turn } = only(stream.seen, 'turn_started');
      editRows(running.redraw, 'Session', `SELECT 1 FROM turn WHERE id = '${turn}'`, onSession);
      editRows(running.redraw, 'Account', `SELECT 1 FROM lease WHERE turn = '${turn}'`, account);
      if (woken === 'the alarm') makeAlarmsDue(running.redraw, 'Session');
      await running.redraw.restart();
      if (woken === 'the alarm') await expect.poll(() => leaseOf(turn)).toBe('counted');

      const events = await wholeTurns(visitor, session);
      expect(only(events, 'turn_finished')).toMatchObject({ turn, state: 'completed', counted: true });
      expect(only(events, 'file')).toMatchObject({ path: 'a.txt' });
      await expectTrialUsed(visitor, 1);
      await expect.poll(() => leaseOf(turn)).toBe('counted');
      await expect.poll(owed).toEqual([]);
      expect(await visitor.json('GET', '/api/sessions')).toMatchObject([{ session, title: prompt }]);
    },
  );
}

it('deletes a session whose first prompt is refused after a kill', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const started = await stream.until('turn_started');
  const turn = started.type === 'turn_started' ? started.data.turn : '';
  const [session = ''] = sessionsOf(nameOf(visitor));
  await running.redraw.kill();
  await stream.rest().catch(() => undefined);
  editRows(running.redraw, 'Session', `SELECT 1 FROM turn WHERE id = '${turn}'`, backToAdmission);
  // Another turn has used up the trial meanwhile.
  editRows(running.redraw, 'Account', `SELECT 1 FROM lease WHERE turn = '${turn}'`, [
    'DELETE FROM lease',
    'DELETE FROM project',
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     INSERT INTO lease (turn, session, payer, state, opened_at) SELECT 'old ' || i, '', 'trial', 'counted', 0 FROM n`,
  ]);
  await running.redraw.restart();
  await visitor.call('GET', `/api/sessions/${session}`);
  await expect.poll(() => sessionsOf(nameOf(visitor))).toEqual([]);
  await problemOf(await visitor.call('GET', `/api/sessions/${session}`), 404, 'not_found');
  expect(await visitor.json('GET', '/api/sessions')).toEqual([]);
  await expectTrialUsed(visitor, 1000);
});

it('gives a turn back that broke on our side', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const started = await stream.until('turn_started');
  const turn = started.type === 'turn_started' ? started.data.turn : '';
  const [session = ''] = sessionsOf(nameOf(visitor));
  await running.redraw.kill();
  await stream.rest().catch(() => undefined);
  editRows(running.redraw, 'Session', `SELECT 1 FROM turn WHERE id = '${turn}'`, ['DROP TABLE message']);
  await running.redraw.restart();
  const events = await wholeTurns(visitor, session);
  expect(only(events, 'prompt_error')).toMatchObject({ code: 'internal', retryable: true });
  expect(JSON.stringify(events)).not.toMatch(/SQL|no such table/i);
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'failed', counted: false });
  await expectTrialUsed(visitor, 0);
  // An interrupted call reports its failure without details.
  const problem = await problemOf(await visitor.call('GET', `/api/sessions/${session}`), 500, 'internal');
  expect(problem.detail).toBe('Something broke on our side. Nothing was lost; try again.');
  expect((await visitor.call('DELETE', `/api/sessions/${session}`)).status).toBe(204);
});

it('gives a failed turn back once, also when the server is killed before the account has heard of it', async () => {
  for (const moment of [0, 2]) {
    const visitor = running.visitor();
    const prompt = uniquePrompt();
    running.simulator.script([{ status: 401 }], { text: prompt, repeatLast: true });
    const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
    await stream.until('turn_finished');
    if (moment > 0) await new Promise((resolve) => setTimeout(resolve, moment));
    await running.redraw.kill();
    await running.redraw.restart();
    const [session = ''] = sessionsOf(nameOf(visitor));
    await wholeTurns(visitor, session);
    await expectTrialUsed(visitor, 0);
    await visitor.build('a good one');
    await expectTrialUsed(visitor, 1);
  }
});

it.each([0, 4])('settles a deleted session, also when the server is killed %d ms later', async (moment) => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt, repeatLast: true });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  await stream.until('session');
  const [session = ''] = sessionsOf(nameOf(visitor));
  const deleted = visitor.call('DELETE', `/api/sessions/${session}`).catch(() => null);
  await Promise.race([deleted, new Promise((resolve) => setTimeout(resolve, moment))]);
  await running.redraw.kill();
  await Promise.all([deleted, stream.rest().catch(() => undefined)]);
  await running.redraw.restart();
  // Either the call did not arrive, or the session is deleted for good.
  await visitor.call('DELETE', `/api/sessions/${session}`);
  expect((await visitor.call('GET', `/api/sessions/${session}`)).status).toBe(404);
  await expectTrialUsed(visitor, 0);
  await expect.poll(() => sessionsOf(nameOf(visitor))).toEqual([]);
  expect(await visitor.json('GET', '/api/sessions')).toEqual([]);
});
