import { describe, expect, it } from 'vitest';
import type { Settlement } from '../../../src/account/billing/admission-types.ts';
import { sessionSchema } from '../../../src/session/storage/session-schema.ts';
import { SettlementOutbox } from '../../../src/session/turn/settlement-outbox.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

const second = 1000;

/** An outbox, and an account that settles what it is told unless it is down. */
function setUp() {
  const store = nodeStore();
  createTables(store, sessionSchema);
  const account = { settled: [] as Settlement[], isDown: (_turn: string) => false, asked: 0 };
  const settle = async (settlement: Settlement) => {
    account.asked += 1;
    if (account.isDown(settlement.turn)) throw new Error('The account is restarting.');
    account.settled.push(settlement);
  };
  const open = () => new SettlementOutbox(store.sql as SqlStorage);
  return { outbox: open(), open, account, settle };
}

describe('the outbox', () => {
  it('delivers a settlement once', async () => {
    const { outbox, account, settle } = setUp();
    expect(outbox.dueAt()).toBeNull();
    outbox.put({ turn: 'a', counted: true }, 100);
    outbox.put({ turn: 'b', counted: false }, 200);
    expect(outbox.dueAt()).toBe(100);
    expect(await outbox.deliver(settle, 200)).toBe(true);
    expect(account.settled).toEqual([
      { turn: 'a', counted: true },
      { turn: 'b', counted: false },
    ]);
    expect(outbox.dueAt()).toBeNull();
    expect(await outbox.deliver(settle, 300)).toBe(true);
    expect(account.asked).toBe(2);
  });

  it('keeps what is not due yet', async () => {
    const { outbox, account, settle } = setUp();
    outbox.put({ turn: 'a', counted: true }, 100);
    expect(await outbox.deliver(settle, 99)).toBe(false);
    expect(account.asked).toBe(0);
    expect(outbox.dueAt()).toBe(100);
  });

  it('waits twice as long after each failure, ten minutes at the most, and longer for no other turn', async () => {
    const { outbox, open, account, settle } = setUp();
    account.isDown = (turn) => turn === 'a';
    outbox.put({ turn: 'a', counted: true }, 0);
    const waits: number[] = [];
    let now = 0;
    for (let attempt = 0; attempt < 12; attempt++) {
      outbox.put({ turn: `fine ${attempt}`, counted: true }, now);
      // A new object goes on from what is stored.
      expect(await open().deliver(settle, now)).toBe(false);
      const due = outbox.dueAt() ?? 0;
      waits.push((due - now) / second);
      now = due;
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]);
    expect(account.settled).toHaveLength(12);
    account.isDown = () => false;
    expect(await outbox.deliver(settle, now)).toBe(true);
    expect(account.settled.at(-1)).toEqual({ turn: 'a', counted: true });
  });

  it('delivers what still waits, too, for a project that is being deleted', async () => {
    const { outbox, account, settle } = setUp();
    account.isDown = () => true;
    outbox.put({ turn: 'a', counted: false }, 0);
    await outbox.deliver(settle, 0);
    account.isDown = () => false;
    expect(await outbox.deliver(settle, 1, true)).toBe(true);
    expect(account.settled).toEqual([{ turn: 'a', counted: false }]);
  });

  it('begins anew with a turn that is put into it again', async () => {
    const { outbox, account, settle } = setUp();
    account.isDown = () => true;
    outbox.put({ turn: 'a', counted: false }, 0);
    await outbox.deliver(settle, 0);
    outbox.put({ turn: 'a', counted: true }, 10);
    expect(outbox.dueAt()).toBe(10);
    await outbox.deliver(settle, 10);
    expect(outbox.dueAt()).toBe(10 + 2 * second);
    account.isDown = () => false;
    await outbox.deliver(settle, 10 + 2 * second);
    expect(account.settled).toEqual([{ turn: 'a', counted: true }]);
  });
});
