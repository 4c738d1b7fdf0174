import { describe, expect, it } from 'vitest';
import { EventReader, only, problemOf, type Running, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import { everythingIn } from '../../support/state-folder.ts';

/** Sends prompts concurrently, each from a new visitor; returns how many were accepted. All others must be asked to sign in. */
async function newcomers(running: Running, count: number, address?: (n: number) => string): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const headers = address ? { 'CF-Connecting-IP': address(n) } : {};
      const response = await running.visitor().call('POST', '/api/chat', { prompt: `newcomer ${n}` }, headers);
      if (response.status !== 200) {
        await problemOf(response, 403, 'sign_in_required');
        return 0;
      }
      const events = await new EventReader(response).rest();
      expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: true });
      return 1;
    }),
  );
  return answers.reduce((sum: number, taken) => sum + taken, 0);
}

describe('with NEW_VISITORS_PER_ADDRESS=6', () => {
  const running = useRunning({ NEW_VISITORS_PER_ADDRESS: '6' });

  it('admits exactly six of 100 prompts at once that carry no cookie and come from this machine', async () => {
    expect(await newcomers(running, 100)).toBe(6);
  });

  it('counts each address for itself, as Cloudflare tells it', async () => {
    expect(await newcomers(running, 9, () => '203.0.113.7')).toBe(6);
    expect(await newcomers(running, 9, () => '203.0.113.8')).toBe(6);
    expect(await newcomers(running, 3, () => '203.0.113.7')).toBe(0);
  });

  it('counts an IPv6 network of 64 bits as one address', async () => {
    expect(await newcomers(running, 9, (n) => `2001:db8:1:2:${n}::1`)).toBe(6);
    expect(await newcomers(running, 2, (n) => `2001:db8:1:3:${n}::1`)).toBe(2);
  });

  it('lets those go on who were let in, and takes nobody back who was not', async () => {
    const headers = { 'CF-Connecting-IP': '198.51.100.1' };
    const visitor = running.visitor();
    for (let turn = 1; turn <= 2; turn++) {
      const response = await visitor.call('POST', '/api/chat', { prompt: 'first in' }, headers);
      const events = await new EventReader(response).rest();
      expect(only(events, 'session').trial).toEqual({ used: turn, limit: 6 });
    }
    expect(await newcomers(running, 9, () => '198.51.100.1')).toBe(5);
    expect((await visitor.call('POST', '/api/chat', { prompt: 'still in' }, headers)).status).toBe(200);

    const late = running.visitor();
    const refused = await late.call('POST', '/api/chat', { prompt: 'too late' }, headers);
    const problem = await problemOf(refused, 403, 'sign_in_required');
    expect(problem.detail).toBe(
      'As many visitors as may try Redraw in a day have begun from this network. Sign in to an account that you have, or connect your own Claude.',
    );
    expect(await late.json('GET', '/api/sessions')).toEqual([]);
    expect(await late.json('GET', '/api/account')).toMatchObject({ trial: { used: 0, limit: 6 } });
    // A visitor counts for the address of the first prompt, not for the one at which the cookie was set.
    expect(
      (await late.call('POST', '/api/chat', { prompt: 'from home' }, { 'CF-Connecting-IP': '198.51.100.2' })).status,
    ).toBe(200);
  });

  it('keeps no address, also while a prompt waits', async () => {
    const visitor = running.visitor();
    const prompt = uniquePrompt('gate');
    running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
    const send = (body: object, address: string) =>
      visitor.call('POST', '/api/chat', body, { 'CF-Connecting-IP': address });
    const stream = new EventReader(await send({ prompt }, '203.0.113.98'));
    const { session } = (await stream.until('session')).data as { session: string };
    expect((await send({ prompt: 'and then', session }, '203.0.113.99')).status).toBe(202);
    await running.simulator.waiting(prompt);
    const kept = everythingIn(running.redraw);
    expect(kept.some(({ text }) => text.includes('and then'))).toBe(true);
    for (const place of [...kept, { place: 'the log', text: await running.redraw.output() }])
      expect(place.text).not.toMatch(/203\.0\.113|198\.51\.100|2001:db8/);
    running.simulator.release(prompt);
    await stream.rest();
  });
});

describe('with NEW_VISITORS_PER_ADDRESS=1', () => {
  const running = useRunning({ NEW_VISITORS_PER_ADDRESS: '1' });

  it('admits exactly one of 100 prompts at once that carry no cookie', async () => {
    expect(await newcomers(running, 100)).toBe(1);
  });
});

describe('without the setting', () => {
  const running = useRunning();

  it('lets in all who come from this machine', async () => {
    expect(await newcomers(running, 10)).toBe(10);
    expect(await newcomers(running, 3, () => '::1')).toBe(3);
  });

  it('lets in four a day from any other address', async () => {
    expect(await newcomers(running, 6, () => '192.0.2.1')).toBe(4);
  });
});
