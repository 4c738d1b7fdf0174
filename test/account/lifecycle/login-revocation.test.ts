import { expect, it } from 'vitest';
import { LoginRevocation } from '../../../src/account/lifecycle/login-revocation.ts';

/** An account's projects, of which some cannot be reached, and the logins that have ended. */
function lab(sessions: string[]) {
  const ended = new Set<string>();
  const told: string[] = [];
  const unreachable = new Set<string>();
  let scheduled = 0;
  let most = 0;
  let open = 0;
  const revocation = new LoginRevocation({
    schedule: async () => {
      scheduled += 1;
    },
    ended: () => [...ended],
    forgetEnded: (logins) => logins.forEach((login) => void ended.delete(login)),
    sessions: () => sessions,
    closeAt: async (session, logins) => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      if (unreachable.has(session)) throw new Error('unreachable');
      told.push(`${session}:${logins.join('+')}`);
    },
  });
  return { ended, told, unreachable, revocation, scheduled: () => scheduled, most: () => most };
}

it('tells every project once, and is due no more', async () => {
  const { ended, revocation, told } = lab(['a', 'b']);
  ended.add('x');
  expect(await revocation.finish()).toBe(true);
  expect(told.sort()).toEqual(['a:x', 'b:x']);
  expect([ended.size, revocation.dueAt()]).toEqual([0, null]);
});

it('writes no alarm where no login has ended, or there is no project', async () => {
  const none = lab([]);
  none.ended.add('x');
  const quiet = lab(['a']);
  for (const { revocation, scheduled, ended } of [none, quiet]) {
    expect(await revocation.finish()).toBe(true);
    expect([scheduled(), ended.size]).toEqual([0, 0]);
  }
});

it('tells those that could not be reached again, and them only', async () => {
  const { ended, revocation, told, unreachable } = lab(['a', 'b', 'c']);
  ended.add('x');
  unreachable.add('b');
  await expect(revocation.finish()).rejects.toThrow('1 projects');
  expect(told.sort()).toEqual(['a:x', 'c:x']);
  expect(revocation.dueAt()).toBeGreaterThan(0);
  unreachable.clear();
  expect(await revocation.finish()).toBe(true);
  expect(told.sort()).toEqual(['a:x', 'b:x', 'c:x']);
});

it('is due at once where it was interrupted before its first attempt: no alarm is set for 1970', () => {
  const { ended, revocation } = lab(['a']);
  ended.add('x');
  expect(revocation.dueAt()).toBeGreaterThan(0);
});

it('goes on with a login that ends while projects are told', async () => {
  const { ended, revocation, told } = lab(['a']);
  ended.add('x');
  const first = revocation.finish();
  ended.add('y');
  await Promise.all([first, revocation.finish()]);
  expect(ended.size).toBe(0);
  expect(told.join()).toContain('y');
});

it('tells many projects in parts, twenty at a time', async () => {
  const { ended, revocation, told, most } = lab(Array.from({ length: 900 }, (_, n) => `p${n}`));
  ended.add('x');
  expect(await revocation.finish()).toBe(false);
  expect([told.length, ended.size]).toEqual([400, 1]);
  expect(await revocation.finish()).toBe(false);
  expect(await revocation.finish()).toBe(true);
  expect([new Set(told).size, told.length, ended.size]).toEqual([900, 900, 0]);
  expect(most()).toBe(20);
});
