import { expect, it } from 'vitest';
import { problemOf, useRunning } from '../support/running-redraw.ts';
import { rowsOf } from '../support/state-folder.ts';

const mib = 1024 * 1024;
const limit = 2 * mib;
const running = useRunning({
  MAX_PROJECT_BYTES: String(limit),
  CALLS_PER_MINUTE: '100000',
  ANON_TURN_LIMIT: '0',
});

const keptBytes = () =>
  rowsOf<{ bytes: number }>(
    running.redraw,
    'Session',
    'event',
    'SELECT coalesce(sum(length(CAST(data AS BLOB))), 0) AS bytes FROM event',
  )
    .flat()
    .reduce((sum, { bytes }) => sum + bytes, 0);

it('a queue that is changed over and over fills no project, and who comes back gets it as it is', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const at = `/api/sessions/${session}`;
  const notBefore = Date.now() + 86_400_000;
  const add = (prompt: string) => visitor.json<{ queued: string }>('POST', '/api/chat', { session, prompt, notBefore });
  const { queued } = await add('漢'.repeat(19_800));
  await add('漢'.repeat(19_800));
  const before = keptBytes();
  for (let n = 1; n <= 30; n++)
    await visitor.call('PATCH', `${at}/queue/${queued}`, { notBefore: notBefore + n, place: 1 + (n % 2) });
  for (let n = 0; n < 10; n++) await visitor.call('DELETE', `${at}/queue/${(await add('漢'.repeat(19_800))).queued}`);
  expect(keptBytes()).toBeLessThan(before + 400_000);
  const { queue } = await visitor.json<{ queue: { id: string; notBefore: number }[] }>('GET', at);
  expect(queue).toMatchObject([{ id: queued, notBefore: notBefore + 30 }, {}]);
});

it('undo, redo and going back leave no more than the limit, and the files stay', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const at = `/api/sessions/${session}`;
  const folder = `${'a'.repeat(60)}/`.repeat(2);
  await visitor.json('PUT', `${at}/files/index.html`, 'here');
  for (let n = 0; n < 20; n++) await visitor.json('PUT', `${at}/files/${folder}${n}.txt`, `${n}`);
  const { version } = await visitor.json<{ version: number }>('POST', `${at}/revert`, { version: 1 });
  const before = keptBytes();
  const moves = [
    ['undo', {}],
    ['redo', {}],
    ['revert', { version: version - 1 }],
    ['revert', { version }],
  ] as const;
  const statuses = new Set<number>();
  for (let n = 0; n < 600; n++) {
    const [how, body] = moves[n % moves.length] ?? moves[0];
    const { status } = await visitor.call('POST', `${at}/${how}`, body);
    statuses.add(status);
  }
  // Refused, as there is no room, or as the version that it led to had to make room.
  expect([...statuses].filter((status) => status !== 200).every((status) => [404, 409, 413].includes(status))).toBe(
    true,
  );
  expect(statuses.size).toBeGreaterThan(1);
  expect(keptBytes() - before).toBeLessThan(limit);
  expect(await visitor.json('GET', `${at}/files/index.html`)).toBe('here');
});

it('prompts that wait and are refused when their time comes are taken no more, once the project has outgrown its limit', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const prompt = '漢'.repeat(19_800);
  let refused: Response | null = null;
  let taken = 0;
  for (; refused === null && taken < 100; taken++) {
    const answer = await visitor.call('POST', '/api/chat', { session, prompt, notBefore: Date.now() + 100 });
    if (answer.status === 413) refused = answer;
    // Until nothing waits any more.
    await (await visitor.call('GET', `/api/sessions/${session}/events`)).text();
  }
  if (!refused) throw new Error('Never refused.');
  expect(await problemOf(refused, 413, 'payload_too_large')).toMatchObject({ reason: 'kept', limit });
  expect(taken).toBeGreaterThan(10);
  // One that can start at once is asked for as ever.
  const now = await visitor.call('POST', '/api/chat', { session, prompt });
  await problemOf(now, 403, 'sign_in_required');
});
