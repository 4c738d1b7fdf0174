import { expect, it } from 'vitest';
import { problemOf, useRunning } from '../support/running-redraw.ts';
import { editRows, rowsOf } from '../support/state-folder.ts';

const running = useRunning({});

it('touches no project of a newer release, says so in its log, and goes on once that release is back', async () => {
  const { redraw } = running;
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const everything = () => [
    rowsOf(redraw, 'Session', 'meta', 'SELECT * FROM meta'),
    rowsOf(redraw, 'Session', 'meta', 'SELECT sql FROM sqlite_master'),
  ];
  const raiseVersion = async (by: number) => {
    await redraw.kill();
    editRows(redraw, 'Session', 'SELECT 1 FROM meta', [`UPDATE schema_version SET version = version + ${by}`]);
  };
  await raiseVersion(1);
  const before = everything();
  await redraw.restart();
  await problemOf(await visitor.call('GET', `/api/sessions/${session}`), 500, 'internal');
  await problemOf(await visitor.call('POST', '/api/chat', { prompt: 'Build on.', session }), 500, 'internal');
  expect(await redraw.output()).toMatch(
    /The tables \\?"session\\?" of this object are at version \d+, and this release/,
  );
  expect(everything()).toEqual(before);
  await raiseVersion(-1);
  await redraw.restart();
  expect(await visitor.json('GET', `/api/sessions/${session}`)).toMatchObject({ session });
});
