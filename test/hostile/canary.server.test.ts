import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import type { Answer, Handler } from '../claude-simulator/script.ts';
import { connectPlan, useRunningWithPlans } from '../support/claude-plan.ts';
import { rateLimitHeaders } from '../support/rate-limit-answers.ts';
import { uniquePrompt } from '../support/running-redraw.ts';

/** Everything that was sent to the analytics server. */
const posted: string[] = [];
const analytics = createServer(async (incoming, response) => {
  posted.push(`${incoming.url} ${await readText(incoming)}`);
  response.end('{}');
});

const running = useRunningWithPlans(async () => {
  await new Promise<void>((resolve) => analytics.listen(0, '127.0.0.1', () => resolve()));
  const { port } = analytics.address() as AddressInfo;
  return {
    POSTHOG_KEY: 'phc_canary',
    POSTHOG_HOST: `http://127.0.0.1:${port}`,
    CLAUDE_RETRY_BASE_MS: '1',
    CLAUDE_MAX_RETRIES: '1',
  };
});
afterAll(() => analytics.close());

const keys = ['sk-ant-api03-CANARYKEY0123456789', 'CANARYKEY-without-any-known-form'];

/** All ways in which Claude, or a gateway before it, can echo the credential and the request. */
const answersWith = (credential: string, echo: string): Record<string, Answer> => ({
  key: {
    error: { type: 'rate_limit_error', message: echo },
    headers: rateLimitHeaders({ status: echo, 'x-note': echo }),
  },
  type: { error: { type: `x_${credential}`, message: echo }, status: 500 },
  code: { status: 403, body: { error: { type: 'x', message: echo, details: { error_code: credential } } } },
  gateway: { status: 402, rawBody: echo },
  other: { status: 402, rawBody: JSON.stringify({ error: echo }) },
  page: { status: 502, rawBody: `<html>${echo}</html>` },
  money: { error: { type: 'billing_error', message: echo }, status: 402 },
  refused: { error: { type: 'authentication_error', message: echo } },
  stream: { content: ['x'], streamError: { at: 2, type: 'api_error', message: echo } },
  header: {
    headers: rateLimitHeaders({ status: 'allowed', 'overage-disabled-reason': echo, 'representative-claim': echo }),
  },
});
const names = Object.keys(answersWith('', ''));

it('no key, no token and no prompt is told to anybody whom it does not concern', async () => {
  const told: string[] = [];
  for (const name of names) {
    for (const key of [...keys, null]) {
      const visitor = running.visitor();
      if (key === null) await connectPlan(visitor);
      else await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key });
      const prompt = uniquePrompt(`CANARYPROMPT ${name}`);
      const answer: Handler = ({ headers }) => {
        const { authorization = '' } = headers;
        const credential = String(authorization).replace('Bearer ', '');
        const echo = `${credential} was refused, and so was Authorization: Bearer CANARYTOKEN0123456789.`;
        return answersWith(credential, echo)[name] ?? {};
      };
      running.simulator.script(answer, { text: prompt });
      const { session, events } = await visitor.build(prompt);
      // The prompt is the visitor's own: it is repeated in the event that begins the turn, and in the title.
      told.push(JSON.stringify(events).replaceAll('CANARYPROMPT', ''));
      for (const path of ['/api/account', '/', '/account', `/s/${session}`])
        told.push(await (await visitor.call('GET', path)).text());
      told.push((await (await visitor.call('GET', `/api/sessions/${session}`)).text()).replaceAll('CANARYPROMPT', ''));
      told.push((await (await visitor.call('GET', '/api/sessions')).text()).replaceAll('CANARYPROMPT', ''));
    }
  }
  await expect.poll(() => posted.length).toBeGreaterThan(names.length * keys.length);
  told.push(...posted.map((line) => line.replaceAll('phc_canary', '')), await running.redraw.output());
  const used = new Set(running.simulator.requests.map(({ key }) => key));
  for (const key of keys) expect(used).toContain(key);
  expect(running.secrets.filter((secret) => used.has(secret)).length).toBeGreaterThanOrEqual(names.length);
  for (const canary of ['CANARYKEY', 'CANARYTOKEN', 'CANARYPROMPT', 'phc_canary', ...running.secrets])
    expect(told.find((text) => text.includes(canary))?.match(`.{0,200}${canary}.{0,50}`)?.[0]).toBeUndefined();
  expect(await running.redraw.output()).toContain('"signal":"prompt_error"');
});
