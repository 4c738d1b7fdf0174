import { expect, it } from 'vitest';
import { AuditLog } from '../../src/log/audit-log.ts';

function lab(key = 'k'.repeat(32)) {
  const lines: string[] = [];
  const clock = { now: 0 };
  const log = new AuditLog({ key, writeLine: (text) => lines.push(text), now: () => clock.now });
  return { log, lines, clock };
}

const ada = { account: 'a'.repeat(26), login: 'b'.repeat(26) };

it('names accounts and logins by a digest that stays, and depends on the key', () => {
  const [one, two] = [lab(), lab('other'.repeat(8))];
  for (const { log } of [one, one, two]) log.write('sign_in', ada, { outcome: 'succeeded', method: 'passkey' });
  const [first, again] = one.lines.map((line) => JSON.parse(line));
  expect(first).toEqual({
    audit: 'sign_in',
    outcome: 'succeeded',
    method: 'passkey',
    account: expect.stringMatching(/^[\w-]{16}$/),
    login: expect.stringMatching(/^[\w-]{16}$/),
  });
  expect(again).toEqual(first);
  expect(JSON.parse(two.lines[0] ?? '').account).not.toBe(first.account);
  expect(first.account).not.toBe(first.login);
});

it.each(['two\nlines', '{"audit":"x"}', '192.0.2.1 and more', 'x'.repeat(61), 'sk-ant-Key', ''])(
  'writes no %j',
  (why) => {
    const { log, lines } = lab();
    log.write('refused', { account: null, login: null }, { code: 'forbidden_origin', why });
    expect(lines).toEqual([JSON.stringify({ audit: 'refused', code: 'forbidden_origin', why: 'other' })]);
  },
);

it('counts a flood instead of writing it down, and lets other kinds of lines through', () => {
  const { log, lines, clock } = lab();
  for (let n = 0; n < 1_000; n++) log.write('refused', ada, { code: 'forbidden_origin' });
  expect(lines).toHaveLength(60);
  log.write('sign_in', ada, { outcome: 'failed' });
  expect(lines).toHaveLength(61);
  clock.now = 60_000;
  log.write('refused', ada, { code: 'forbidden_origin' });
  log.write('refused', ada, { code: 'forbidden_origin' });
  expect(lines.slice(61).map((line) => JSON.parse(line).dropped)).toEqual([940, undefined]);
});
