import { describe, expect, it } from 'vitest';
import { problemOf, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const running = useRunning({ CALLS_PER_MINUTE: '30' });

/** Makes more calls than two minutes may have. @returns the refused ones */
async function hammer(count: number, call: () => Promise<Response>): Promise<Response[]> {
  const refused: Response[] = [];
  for (let made = 0; made < count; made += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, call));
    for (const answer of answers) {
      if (answer.status === 429) refused.push(answer);
      else await answer.body?.cancel();
    }
  }
  return refused;
}

const from = (address: string) => ({ 'CF-Connecting-IP': address });
const stop = (visitor: Visitor, address: string, headers = {}) =>
  visitor.call('POST', `/api/sessions/${'a'.repeat(26)}/stop`, {}, { ...from(address), ...headers });

describe('calls that are no reading, more than a person makes', () => {
  it('are refused to who has no cookie, by network, and to nobody else', async () => {
    const refused = await hammer(150, () => stop(running.visitor(), '203.0.113.7'));
    expect(refused.length).toBeGreaterThan(50);
    const [first] = refused;
    if (!first) throw new Error('None was refused.');
    const seconds = Number(first.headers.get('Retry-After'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    await problemOf(first, 429, 'too_many_requests');
    expect((await stop(running.visitor(), '203.0.113.8')).status, 'another network').toBe(404);
    // A forged cookie makes nobody of it.
    const forged = await hammer(150, () =>
      stop(running.visitor(), '203.0.113.7', { Cookie: `__Host-redraw=${'b'.repeat(26)}.x` }),
    );
    expect(forged.length).toBeGreaterThan(50);
    const reading = await running.visitor().call('GET', '/api/account', undefined, from('203.0.113.7'));
    expect(reading.status).toBe(200);
  });

  it('are refused before their body is read, and before a cookie is made', async () => {
    await hammer(150, () => stop(running.visitor(), '203.0.113.20'));
    const refused = await hammer(150, () =>
      running.visitor().call('POST', '/api/sessions', new TextEncoder().encode('{'), {
        ...from('203.0.113.20'),
        'Content-Type': 'application/json',
      }),
    );
    for (const answer of refused) expect(answer.headers.getSetCookie()).toEqual([]);
    expect(refused.length).toBeGreaterThan(50);
  });

  it('are refused to one visitor, wherever they come from, while others go on', async () => {
    const visitor = running.visitor();
    await visitor.json('GET', '/api/account');
    let n = 0;
    const refused = await hammer(150, () => {
      n += 1;
      return stop(visitor, `198.51.100.${n % 250}`);
    });
    expect(refused.length).toBeGreaterThan(50);
    const other = running.visitor();
    await other.json('GET', '/api/account');
    expect((await stop(other, '198.51.100.1')).status).toBe(404);
  });

  it('of an app’s reports use up none of its visitor’s own', async () => {
    const visitor = running.visitor();
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
    const report = { revision: 0, path: '/', blank: false, problems: [], snapshot: '' };
    const refused = await hammer(150, () =>
      visitor.call('POST', `/api/sessions/${session}/preview/report`, report, from('198.51.100.77')),
    );
    expect(refused.length).toBeGreaterThan(50);
    expect((await stop(visitor, '198.51.100.77')).status).toBe(404);
  });
});

it('prompts are never refused to who pays them, and are to all others', async () => {
  const owner = running.visitor();
  await owner.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-my-own-key' });
  const { session } = await owner.build(uniquePrompt());
  // A prompt that is none: what is looked at is whether it is let in.
  const prompt = (who: Visitor, address: string) =>
    who.call('POST', '/api/chat', { session, prompt: ' ' }, from(address));
  expect(await hammer(150, () => prompt(owner, '192.0.2.9'))).toEqual([]);
  const turn = await owner.call('POST', '/api/chat', { session, prompt: uniquePrompt() }, from('192.0.2.9'));
  expect([turn.status, await turn.text()]).toEqual([200, expect.stringContaining('"connection"')]);
  expect((await stop(owner, '192.0.2.9')).status, 'other calls are as before').toBe(404);

  const visitor = running.visitor();
  await visitor.json('GET', '/api/account');
  expect((await hammer(150, () => prompt(visitor, '192.0.2.10'))).length).toBeGreaterThan(50);
});

describe('without a limit of the operator’s own', () => {
  const usual = useRunning();

  it('this machine is not counted, and all others are by Cloudflare’s counters', async () => {
    const visitor = usual.visitor();
    await visitor.json('GET', '/api/account');
    expect(await hammer(350, () => stop(visitor, '127.0.0.1'))).toEqual([]);
    expect((await hammer(1_000, () => stop(visitor, '203.0.113.99'))).length).toBeGreaterThan(0);
  });
});
