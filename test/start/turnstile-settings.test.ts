import { expect, it } from 'vitest';
import { readSettings } from '../../src/settings.ts';

const rest = {
  PREVIEW_HOST: 'localhost',
  SESSION_SECRET: 's'.repeat(32),
  VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
};

it('a site key without its secret stops the start: nobody would be checked, without a word', () => {
  expect(() => readSettings({ ...rest, TURNSTILE_SITE_KEY: 'site' })).toThrow(
    'TURNSTILE_SITE_KEY needs its TURNSTILE_SECRET: without it nobody is checked.',
  );
});

it.each([
  [{}, null],
  [{ TURNSTILE_SECRET: 'secret' }, null],
  [
    { TURNSTILE_SITE_KEY: 'site', TURNSTILE_SECRET: 'secret' },
    { siteKey: 'site', secret: 'secret' },
  ],
])('of %j the check is %j: the secret may be there first', (given, turnstile) => {
  expect(readSettings({ ...rest, ...given }).turnstile).toEqual(turnstile);
});
