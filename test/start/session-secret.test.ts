import { expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../src/settings.ts';

const rest = { PREVIEW_HOST: 'localhost', VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }) };
const [old, newer, newest] = ['o', 'n', 'm'].map((letter) => letter.repeat(32));
const keysOf = (SESSION_SECRET: unknown) =>
  readSettings({
    ...rest,
    SESSION_SECRET: typeof SESSION_SECRET === 'string' ? SESSION_SECRET : JSON.stringify(SESSION_SECRET),
  }).sessionKeys;

it('one key signs and verifies', () => expect(keysOf(old)).toEqual([old]));

it('of several keys the active one comes first', () => {
  expect(keysOf({ active: 'k2', keys: { k1: old, k2: newer, k3: newest } })).toEqual([newer, old, newest]);
  expect(keysOf([newer, old])).toEqual([newer, old]);
});

it.each([
  'short',
  '[]',
  '{',
  '["short"]',
  [newer, 'short'],
  { active: 'k3', keys: { k1: old } },
  { active: '__proto__', keys: { k1: old } },
  { keys: { k1: old } },
  Array.from({ length: 9 }, () => old),
])('refuses %j, and says none of it', (value) => {
  expect(() => keysOf(value)).toThrow(SettingsError);
  expect(() => keysOf(value)).not.toThrow(/ooo|nnn|short/);
});
