import { expect, it } from 'vitest';
import { problemOf, useRunning } from '../support/running-redraw.ts';
import { type Call, pathFor, sessionCalls } from './api-calls.ts';

const running = useRunning();

it.each([...sessionCalls, ['POST', '/api/chat'] as Call])(
  'what is not one’s own is not found: %s %s',
  async (method, path, body) => {
    const owner = running.visitor();
    const { session } = await owner.json<{ session: string }>('POST', '/api/sessions');
    await owner.json('PUT', `/api/sessions/${session}/files/a.txt`, new Uint8Array(3));
    const before = await owner.json('GET', `/api/sessions/${session}`);
    const stranger = running.visitor();
    await stranger.json('GET', '/api/account');
    const nobody = running.visitor();
    for (const who of [stranger, nobody]) {
      for (const id of [session, 'a'.repeat(26)]) {
        const sent = path === '/api/chat' ? { session: id, prompt: 'x' } : body;
        await problemOf(await who.call(method, pathFor(path, id), sent), 404, 'not_found');
      }
      if (path === '/api/chat') continue;
      for (const id of ['short', 'A'.repeat(26), `${'a'.repeat(25)}1`])
        await problemOf(await who.call(method, pathFor(path, id), body), 404, 'not_found');
    }
    expect(await owner.json('GET', `/api/sessions/${session}`)).toEqual(before);
    expect(await stranger.json('GET', '/api/sessions')).toEqual([]);
  },
);

it.each(['/api', '/api/', '/api/nothing', '/api/sessions/x/y/z', '/api/auth/nothing'])(
  'what is not one’s own is not found: %s',
  async (path) => {
    for (const method of ['GET', 'POST', 'DELETE'])
      await problemOf(await running.visitor().call(method, path, method === 'POST' ? {} : undefined), 404, 'not_found');
  },
);
