import { expect, it } from 'vitest';
import { Logins } from '../../../src/account/sign-in/logins.ts';
import { userSchema } from '../../../src/account/storage/account-schema.ts';
import { deviceName } from '../../../src/sign-in/device-name.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

const day = 86_400_000;

function openLogins(): { logins: Logins; sql: SqlStorage } {
  const store = nodeStore();
  createTables(store, userSchema);
  const sql = store.sql as SqlStorage;
  return { logins: new Logins(sql), sql };
}

it('a login stands for 90 days after it was last used', () => {
  const { logins } = openLogins();
  const login = logins.create('Firefox on Linux', 0);
  expect(logins.isValid(login, 90 * day - 1)).toBe(true);
  expect(logins.isValid(login, 180 * day - 2)).toBe(true);
  expect(logins.isValid(login, 270 * day - 2)).toBe(false);
  expect(logins.isValid(login, 270 * day - 3)).toBe(false);
  expect(logins.list(login, 0)).toEqual([]);
});

it('keeps the digest of a login, not the login', () => {
  const { logins, sql } = openLogins();
  const login = logins.create('Firefox on Linux', 1);
  expect(JSON.stringify(sql.exec('SELECT * FROM login').toArray())).not.toContain(login);
  expect(logins.isValid('a'.repeat(26), 1)).toBe(false);
  const [entry] = logins.list(login, 2);
  expect(entry).toMatchObject({ device: 'Firefox on Linux', createdAt: 1, seenAt: 1, current: true });
  expect(logins.isValid(entry?.id ?? '', 2)).toBe(false);
});

it('keeps fifty logins, those that were used last', () => {
  const { logins } = openLogins();
  const all = Array.from({ length: 60 }, (_, n) => logins.create('Chrome on Mac', n));
  expect(all.map((login) => logins.isValid(login, 60))).toEqual(all.map((_, n) => n >= 10));
});

it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox on Windows'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Chrome on Linux',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'Safari on Mac',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1',
    'Chrome on iPhone',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36',
    'Samsung Internet on Android',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/400.0 Mobile/15E148 Safari/604.1',
    'iPhone',
  ],
  [`Mozilla/5.0 (Windows NT 10.0) ${'x'.repeat(100_000)} Firefox/140.0`, 'Windows'],
  ['curl/8.5.0', 'A browser'],
  ['', 'A browser'],
])('%.100s is %s', (userAgent, name) => expect(deviceName(userAgent)).toBe(name));
