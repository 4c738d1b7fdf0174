import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, expect, it, vi } from 'vitest';
import type { Answer } from '../claude-simulator/script.ts';
import { unified } from '../support/limits.ts';
import { connectPlan, useRunningWithPlans } from '../support/plan.ts';
import { uniquePrompt } from '../support/running.ts';

/** What the analytics server was sent. */
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

const secret = 'sk-ant-api03-CANARYKEY0123456789';
const echo = `The key ${secret} and the header Authorization: Bearer CANARYTOKEN0123456789 were refused.`;

/** All the ways in which Claude can speak back what it should not have been told. */
const answers: Record<string, Answer> = {
  key: { error: { type: 'rate_limit_error', message: echo }, headers: unified({ status: echo, 'x-note': echo }) },
  type: { error: { type: `x_${secret}`, message: echo }, status: 500 },
  page: { status: 502, rawBody: `<html>${echo}</html>` },
  money: { error: { type: 'billing_error', message: echo }, status: 402 },
  refused: { error: { type: 'authentication_error', message: echo } },
  stream: { content: ['x'], streamError: { at: 2, type: 'api_error', message: echo } },
  header: { headers: unified({ status: 'allowed', 'overage-disabled-reason': echo, 'representative-claim': echo }) },
};

it('no key, no token and no prompt is told to anybody whom it does not concern', async () => {
  const told: string[] = [];
  for (const [name, answer] of Object.entries(answers)) {
    for (const kind of ['api_key', 'plan'] as const) {
      const visitor = running.visitor();
      if (kind === 'plan') await connectPlan(visitor);
      else await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: secret });
      const prompt = uniquePrompt(`CANARYPROMPT ${name}`);
      running.simulator.script([answer], { text: prompt, repeatLast: true });
      const { session, events } = await visitor.build(prompt);
      // The prompt is the visitor's own: it comes back in the event that begins the turn, and in the title.
      told.push(JSON.stringify(events).replaceAll('CANARYPROMPT', ''));
      told.push(await (await visitor.call('GET', '/api/account')).text());
      told.push(await (await visitor.call('GET', `/s/${session}`)).text());
    }
  }
  await vi.waitFor(() => expect(posted.length).toBeGreaterThan(10));
  told.push(...posted.map((line) => line.replaceAll('phc_canary', '')), running.redraw.output());
  const tokens = running.simulator.requests.map(({ key }) => key ?? '').filter((key) => key !== '');
  expect(tokens).toContain(secret);
  for (const canary of ['CANARYKEY', 'CANARYTOKEN', 'CANARYPROMPT', 'phc_canary', ...tokens])
    expect(told.find((text) => text.includes(canary))?.match(`.{0,200}${canary}.{0,50}`)?.[0]).toBeUndefined();
  expect(running.redraw.output()).toContain('"signal":"prompt_error"');
});
