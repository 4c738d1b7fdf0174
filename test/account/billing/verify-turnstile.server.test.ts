import { expect, it } from 'vitest';
import type { AccountDetail } from '../../../src/protocol/resources.ts';
import { fetchOnce } from '../../support/fetch-once.ts';
import { EventReader, only, problemOf, uniquePrompt } from '../../support/running-redraw.ts';
import { useTurnstile } from '../../support/turnstile-redraw.ts';
import { Visitor } from '../../support/visitor.ts';

const running = useTurnstile();

const chat = (visitor: Visitor, more: object = {}) =>
  visitor.call('POST', '/api/chat', { prompt: uniquePrompt(), ...more }, { 'CF-Connecting-IP': '203.0.113.9' });
const account = (visitor: Visitor) => visitor.json<AccountDetail>('GET', '/api/account');

it('asks a new visitor for the check before the first trial turn, once', async () => {
  const visitor = new Visitor(running.url);
  expect((await account(visitor)).turnstile).toBe('site-key');
  const problem = await problemOf(await chat(visitor), 403, 'challenge_required');
  expect(problem.siteKey).toBe('site-key');
  expect(await visitor.json('GET', '/api/sessions')).toEqual([]);

  const events = await new EventReader(await chat(visitor, { turnstile: 'good 1' })).rest();
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: true });
  expect(running.asked.at(-1)).toEqual({ secret: 'the-secret', response: 'good 1', remoteip: '203.0.113.9' });
  expect((await account(visitor)).turnstile).toBeNull();
  const questions = running.asked.length;
  expect((await chat(visitor)).status).toBe(200);
  expect((await chat(visitor, { turnstile: 'whatever' })).status).toBe(200);
  expect(running.asked).toHaveLength(questions);
});

it('takes no token that Cloudflare does not know, a second time, or while it cannot be asked', async () => {
  const first = new Visitor(running.url);
  expect((await chat(first, { turnstile: 'good 2' })).status).toBe(200);
  const visitor = new Visitor(running.url);
  for (const turnstile of ['made up', 'good 2', 'trouble']) {
    const problem = await problemOf(await chat(visitor, { turnstile }), 403, 'challenge_required');
    expect(problem).toMatchObject({ siteKey: 'site-key', detail: expect.stringMatching(/Try it again\.$/) });
  }
  expect(await account(visitor)).toMatchObject({ turnstile: 'site-key', trial: { used: 0 } });
  expect((await chat(visitor, { turnstile: 'good 3' })).status).toBe(200);
});

it('checks nobody who pays with a Claude of their own', async () => {
  const visitor = new Visitor(running.url);
  await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-own-0123456789' });
  expect((await account(visitor)).turnstile).toBeNull();
  const questions = running.asked.length;
  const events = await new EventReader(await chat(visitor)).rest();
  expect(only(events, 'session').payer).toBe('connection');
  expect(running.asked).toHaveLength(questions);
});

it('lets the widget onto the pages, and nothing else', async () => {
  for (const path of ['/', '/account']) {
    const policy = (await fetchOnce(running.url + path)).headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("script-src 'self' https://challenges.cloudflare.com;");
    expect(policy).toMatch(/frame-src http:\/\/\*\.localhost:\d+ https:\/\/challenges\.cloudflare\.com;/);
    expect(policy.match(/challenges/g)).toHaveLength(2);
    expect(policy.split('; ')).toContain('trusted-types dompurify default');
  }
});
