import { expect, it } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { fetchOnce } from '../support/fetch-once.ts';
import { problemOf, useRunning } from '../support/running-redraw.ts';
import { pathFor } from './api-calls.ts';

const running = useRunning();

const invalid: [string, string, string, unknown, string][] = [
  ['without a prompt', 'POST', '/api/chat', {}, 'prompt'],
  ['with an empty prompt', 'POST', '/api/chat', { prompt: ' \n' }, 'prompt'],
  ['with a prompt that shows nothing', 'POST', '/api/chat', { prompt: '\u001f' }, 'prompt'],
  [
    'with a queued prompt that shows nothing',
    'PATCH',
    '/api/sessions/:id/queue/a',
    { prompt: '\u200b\u001c' },
    'prompt',
  ],
  ['with a prompt that is too long', 'POST', '/api/chat', { prompt: 'x'.repeat(limits.promptChars + 1) }, 'prompt'],
  ['with a prompt that is no text', 'POST', '/api/chat', { prompt: 7 }, 'prompt'],
  ['with a session that is none', 'POST', '/api/chat', { prompt: 'x', session: '../x' }, 'session'],
  ['with a model that there is not', 'POST', '/api/chat', { prompt: 'x', model: 'gpt' }, 'model'],
  ['with attachments that are no list', 'POST', '/api/chat', { prompt: 'x', attachments: 'a' }, 'attachments'],
  ['with an attachment that is no file', 'POST', '/api/chat', { prompt: 'x', attachments: ['a.png'] }, 'attachments'],
  ['that is a list', 'POST', '/api/chat', [], 'prompt'],
  ['with an empty title', 'PATCH', '/api/sessions/:id', { title: ' ' }, 'title'],
  ['with a title that shows nothing', 'PATCH', '/api/sessions/:id', { title: '\u001f\ufeff' }, 'title'],
  ['with a title that is too long', 'PATCH', '/api/sessions/:id', { title: 'x'.repeat(121) }, 'title'],
  ['with a model that there is not', 'PUT', '/api/sessions/:id/model', { model: 'gpt' }, 'model'],
  ['with a report that is none', 'POST', '/api/sessions/:id/preview/report', { revision: -1 }, 'revision'],
];

it.each(invalid)('a body %s is refused: %s %s', async (_, method, path, body, field) => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  const problem = await problemOf(await visitor.call(method, pathFor(path, session), body), 422, 'invalid_request');
  expect(problem.issues).toContainEqual({ path: field, message: expect.stringMatching(/\S/) });
});

it('a refusal names its reason, its field and the limit that it met', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  const refused = async (title: string) =>
    problemOf(await visitor.call('PATCH', `/api/sessions/${session}`, { title }), 422, 'invalid_request');
  expect(await refused(' ')).toMatchObject({ reason: 'name_blank', field: 'title' });
  const limit = limits.titleChars;
  expect(await refused('x'.repeat(limit + 1))).toMatchObject({ reason: 'too_long', field: 'title', limit });
});

it('half a surrogate pair in a body is replaced', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  await visitor.json('PATCH', `/api/sessions/${session}`, { title: 'Fox \ud83e' });
  expect(await visitor.json('GET', '/api/sessions')).toMatchObject([{ title: 'Fox \ufffd' }]);
});

it.each([' ', '{', 'nul', '\u0000', '{"prompt":"x"} x'])('a body that is not JSON is refused: %j', async (text) => {
  const { url } = running.redraw;
  const headers = { Origin: url, 'Content-Type': 'application/json' };
  const response = await fetchOnce(`${url}/api/chat`, { method: 'POST', headers, body: text });
  const problem = await problemOf(response, 422, 'invalid_request');
  expect(problem.issues).toEqual([{ path: '', message: 'The body is not JSON.' }]);
});

it('a body that is too large is refused, also where it does not say so', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  const large = { prompt: 'x', padding: 'x'.repeat(limits.bodyBytes) };
  expect(await problemOf(await visitor.call('POST', '/api/chat', large), 413, 'payload_too_large')).toMatchObject({
    limit: limits.bodyBytes,
  });
  const path = `/api/sessions/${session}/files/large.bin`;
  const most = new Uint8Array(limits.fileBytes);
  expect((await visitor.call('PUT', path, most)).status).toBe(200);
  await problemOf(await visitor.call('PUT', path, new Uint8Array(limits.fileBytes + 1)), 413, 'payload_too_large');

  const piece = new Uint8Array(1024 * 1024);
  let sent = 0;
  const body = new ReadableStream({
    pull: (controller) => {
      sent += 1;
      controller.enqueue(piece);
      if (sent > 25) controller.close();
    },
  });
  const headers = { Origin: visitor.url, Cookie: visitor.cookie ?? '' };
  const init = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit;
  await problemOf(await fetchOnce(visitor.url + path, init), 413, 'payload_too_large');
  expect(await visitor.json('GET', `/api/sessions/${session}/files`)).toMatchObject([{ bytes: limits.fileBytes }]);
});
