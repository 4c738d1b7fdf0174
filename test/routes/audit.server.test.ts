import { expect, it } from 'vitest';
import type { LoginEntry, PasskeyEntry } from '../../src/protocol/resources.ts';
import { auditLinesOf } from '../support/audit-lines.ts';
import { Authenticator } from '../support/authenticator.ts';
import { uniquePrompt, useRunning } from '../support/running-redraw.ts';

const address = '192.0.2.77';
const running = useRunning({ CLOCK_OFFSET_MS: '0', KEY_CHECKS_PER_ADDRESS: '1000' });

const linesOf = () => auditLinesOf(running.redraw);

it('has a line for each thing that people do with their accounts, and no secret in any', async () => {
  const user = running.visitor();
  const secrets: string[] = [];
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await user.call(method, path, body, { 'CF-Connecting-IP': address, 'X-Note': 'a header of ours' });
    await answer.text();
    secrets.push(user.cookie?.split('=')[1] ?? '', user.cookie?.split('.')[0]?.split('=')[1] ?? '');
    return answer.status;
  };
  const prompt = uniquePrompt('A prompt that nobody logs');
  await user.build(prompt);
  const [first, second] = [new Authenticator(), new Authenticator()];
  await first.register(user);
  secrets.push(...(user.cookie ?? '').split(/[=.-]/).filter((part) => part.length > 20));
  await second.register(user);
  const key = 'sk-ant-canary-of-the-audit';
  expect(await call('POST', '/api/account/connection', { kind: 'api_key', key })).toBe(200);
  expect(await call('DELETE', '/api/account/connection')).toBe(204);
  const tried = [];
  for (let n = 1; n <= 5; n++) tried.push(await call('POST', '/api/account/connection', { kind: 'api_key', key }));
  expect(tried).toEqual([200, 200, 200, 200, 429]);
  await running.redraw.kill();
  await running.redraw.restart({ CLOCK_OFFSET_MS: '300000' });
  expect(await call('DELETE', '/api/account')).toBe(403);
  await first.login(user);
  const other = running.visitor();
  await first.login(other);
  const logins = await user.json<LoginEntry[]>('GET', '/api/account/logins');
  const [passkey] = await user.json<PasskeyEntry[]>('GET', '/api/account/passkeys');
  expect(await call('DELETE', `/api/account/logins/${logins.find(({ current }) => !current)?.id}`)).toBe(204);
  expect(await call('DELETE', `/api/account/passkeys/${passkey?.id}`)).toBe(204);
  expect(
    await call('POST', '/api/auth/passkey/login', first.get({ challenge: 'eA', rpId: 'localhost' }, user.url)),
  ).toBe(422);
  expect(await call('DELETE', '/api/account')).toBe(204);
  expect((await user.call('DELETE', '/api/account', {}, { Origin: 'http://evil.example' })).status).toBe(403);

  const told = (await linesOf()).map(({ account, login, ...line }) => line);
  for (const line of [
    { audit: 'sign_up', method: 'passkey' },
    { audit: 'passkey_added', method: 'passkey' },
    { audit: 'key', outcome: 'connected', method: 'api_key' },
    { audit: 'key', outcome: 'limit', code: 'too_many_requests' },
    { audit: 'connection_removed' },
    { audit: 'proof', outcome: 'demanded' },
    { audit: 'proof', outcome: 'succeeded', method: 'passkey' },
    { audit: 'sign_in', outcome: 'succeeded', method: 'passkey' },
    { audit: 'sign_out', scope: 'other' },
    { audit: 'passkey_removed' },
    { audit: 'proof', outcome: 'failed', why: 'expired' },
    { audit: 'account_deleted' },
    { audit: 'refused', code: 'forbidden_origin' },
  ])
    expect(told).toContainEqual(line);
  const accounts = new Set((await linesOf()).filter(({ audit }) => audit === 'proof').map(({ account }) => account));
  expect([...accounts]).toEqual([expect.stringMatching(/^[\w-]{16}$/)]);
  const output = await running.redraw.output();
  for (const secret of [
    ...secrets,
    key,
    prompt,
    address,
    'a header of ours',
    '/api/account',
    first.passkeys[0]?.id ?? '',
  ])
    if (secret !== '') expect(output, secret).not.toContain(secret);
});
