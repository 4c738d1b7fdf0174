import { expect, it } from 'vitest';
import { keepSender, keptSender } from '../../../src/session/turn/kept-sender.ts';

/** The meta values of a session, and a treasury that answers by a digest. */
function setUp() {
  const values = new Map<string, string>();
  const meta = {
    get: (key: string) => values.get(key),
    set: (set: object) => {
      for (const [key, value] of Object.entries(set)) values.set(key, value);
    },
  };
  const treasury = { networkOf: async (address: string) => ({ day: 20_000, digest: `digest ${address.length}` }) };
  return { meta, values, treasury };
}

it('keeps the digest of the network, never the address', async () => {
  const { meta, values, treasury } = setUp();
  expect(keptSender(meta)).toEqual({ address: '', network: null });
  await keepSender(meta, treasury as never, '203.0.113.7');
  expect(keptSender(meta)).toEqual({ address: '', network: { day: 20_000, digest: 'digest 11' } });
  expect(JSON.stringify([...values])).not.toContain('203.0');
});

it('this machine stays this machine', async () => {
  const { meta, treasury } = setUp();
  await keepSender(meta, treasury as never, '127.0.0.1');
  expect(keptSender(meta)).toEqual({ address: '127.0.0.1', network: null });
  await keepSender(meta, treasury as never, '203.0.113.7');
  expect(keptSender(meta).address).toBe('');
});

it('a prompt waits even where the treasury cannot be reached, and what is stored by another release is unknown', async () => {
  const { meta, values } = setUp();
  await keepSender(meta, { networkOf: () => Promise.reject(new Error('It is restarting.')) } as never, '203.0.113.7');
  expect(keptSender(meta)).toEqual({ address: '', network: null });
  values.set('sender', '{"of":"another release"}');
  expect(keptSender(meta)).toEqual({ address: '', network: null });
});
