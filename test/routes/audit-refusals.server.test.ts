import { expect, it } from 'vitest';
import { auditLinesOf } from '../support/audit-lines.ts';
import { previewAnswer } from '../support/preview-request.ts';
import { useRunning } from '../support/running-redraw.ts';

const running = useRunning({});

const linesOf = () => auditLinesOf(running.redraw);

it('has a line for each call on what is not the caller’s, and for each that is no call, and tells nothing of either', async () => {
  const [owner, other] = [running.visitor(), running.visitor()];
  const { session } = await owner.json<{ session: string }>('POST', '/api/sessions', {});
  await other.json('POST', '/api/sessions', {});
  const statusOf = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await other.call(method, path, body, headers);
    await answer.text();
    return answer.status;
  };
  const told = async () => (await linesOf()).map(({ account, login, ...line }) => line);
  const project = `/api/sessions/${session}`;
  expect(await statusOf('GET', project)).toBe(404);
  expect(await told()).toContainEqual({ audit: 'refused', code: 'not_found', why: 'project' });
  const [who] = (await linesOf()).filter(({ code }) => code === 'not_found');
  expect(who?.account).toMatch(/^[\w-]{16}$/);

  expect(await statusOf('PATCH', project, { title: 1 })).toBe(422);
  expect(await statusOf('POST', '/api/chat', { prompt: 'x'.repeat(40_000) })).toBe(422);
  expect(await statusOf('POST', '/api/chat', { prompt: 'x'.repeat(2_000_000) })).toBe(413);
  expect(await statusOf('POST', '/api/chat', {}, { 'Content-Type': 'text/plain' })).toBe(415);
  expect(await statusOf('POST', '/api/operator/reseal', {}, { Authorization: 'Bearer guessed' })).toBe(404);
  const forgers = [running.visitor(), running.visitor()];
  const [value = '', signature = ''] = (other.cookie ?? '').split('.');
  for (const [at, forger] of forgers.entries()) {
    forger.cookie = at === 0 ? `${value}.A${signature.slice(1)}` : `${value}.none`;
    await (await forger.call('GET', '/api/account')).text();
    const counted = (await told()).filter(({ code }) => code === 'cookie');
    expect(counted).toEqual(Array(at + 1).fill({ audit: 'refused', code: 'cookie', why: 'signature' }));
  }
  const guessed = new URL(other.url);
  guessed.hostname = `${'a'.repeat(26)}.localhost`;
  expect((await previewAnswer(guessed.href, '/')).status).toBe(404);

  const lines = await told();
  for (const line of [
    { audit: 'refused', code: 'invalid_request', why: expect.any(String) },
    { audit: 'refused', code: 'payload_too_large', why: 'body' },
    { audit: 'refused', code: 'unsupported_media_type' },
    { audit: 'refused', code: 'not_found', why: 'operator' },
    { audit: 'refused', code: 'cookie', why: 'signature' },
    { audit: 'refused', code: 'not_found', why: 'preview' },
  ])
    expect(lines).toContainEqual(line);
  const output = await running.redraw.output();
  for (const secret of [session, 'xxxx', 'guessed', 'a'.repeat(26), other.cookie ?? ''])
    expect(output).not.toContain(secret);
});

it('has none for what anybody may ask', async () => {
  const visitor = running.visitor();
  const before = (await linesOf()).length;
  await visitor.json('POST', '/api/sessions', {});
  await visitor.json('GET', '/api/account');
  await (await visitor.call('GET', '/api/nope')).text();
  expect(await linesOf()).toHaveLength(before);
});
