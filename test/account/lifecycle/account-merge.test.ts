import { describe, expect, it } from 'vitest';
import { type LimitNote, RateLimitStore } from '../../../src/account/billing/rate-limit-store.ts';
import { TurnLeases } from '../../../src/account/billing/turn-leases.ts';
import { VisitorGate } from '../../../src/account/billing/visitor-gate.ts';
import type { ConnectionTransfer } from '../../../src/account/connection/connection.ts';
import { AccountMerge, type AccountTransfer, importTransfer } from '../../../src/account/lifecycle/account-merge.ts';
import { SignInMethods } from '../../../src/account/sign-in/sign-in-methods.ts';
import { accountSchema } from '../../../src/account/storage/account-schema.ts';
import { ProjectList } from '../../../src/account/storage/project-list.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

const atLimit: LimitNote = {
  source: 'connection 7',
  state: {
    status: 'rejected',
    resetsAt: 1_000,
    rateLimitType: 'five_hour',
    utilization: null,
    overageStatus: null,
    overageDisabledReason: null,
    isUsingOverage: false,
    surpassedThreshold: null,
    extra: {},
  },
  at: 10,
  message: null,
  announced: [],
};

/** A visitor's and a user's account: their storages, the owners of their sessions, and their connections. */
class World {
  readonly visitor = nodeStore();
  readonly user = nodeStore();
  readonly owners = new Map<string, string>();
  readonly connections = new Map<string, string>([['visitor', 'the visitor’s key']]);
  /** Steps until the power is cut; each effect on another object has two steps, before it and after it. */
  cutAfter = Number.POSITIVE_INFINITY;
  #steps = 0;

  constructor() {
    createTables(this.visitor, accountSchema);
    const { leases, projects, visitorGate } = this.#storesOf(this.visitor);
    visitorGate.markAdmitted(1);
    for (const [n, session] of ['one', 'two', 'three'].entries()) {
      projects.remember(session, `Project ${session}`, n);
      leases.open({ turn: `turn ${session}`, session }, 'trial', 6, n);
      this.owners.set(session, 'visitor');
    }
    new RateLimitStore(this.visitor.sql as SqlStorage).record(atLimit, 10);
    leases.settle({ turn: 'turn one', counted: true }, 10);
    leases.settle({ turn: 'turn two', counted: false }, 10);
    // This session is being deleted, and still owes a settlement.
    projects.forget('three');
    SignInMethods.create(this.user as unknown as DurableObjectStorage, 'user', null, 0);
    createTables(this.user, accountSchema);
    const own = this.#storesOf(this.user);
    own.visitorGate.markChallengePassed(5);
    own.projects.remember('own', 'The user’s own', 5);
    own.leases.open({ turn: 'own turn', session: 'own' }, 'trial', 6, 5);
    // A turn of an already transferred session was settled before its lease arrived.
    own.leases.settle({ turn: 'turn three', counted: true }, 6);
    this.owners.set('own', 'user');
  }

  /** The merge of the visitor's account, in a newly started object. */
  wake(): AccountMerge {
    return new AccountMerge({
      sql: this.visitor.sql as SqlStorage,
      schedule: async () => undefined,
      send: (visitor) => this.#effect(() => this.#send(visitor)),
      transferSession: (session, from, to) =>
        this.#effect(async () => {
          if (this.owners.get(session) === from) this.owners.set(session, to);
        }),
      forgetConnection: () =>
        this.#effect(async () => {
          this.connections.delete('visitor');
        }),
      targetDeleted: async () => {
        throw new Error('The user is there.');
      },
    });
  }

  /** Cuts the power after `cutAfter` steps, then again one step later, until the merge is done. @returns the starts that it took */
  async mergeWithCuts(into: string, cutAfter: number): Promise<number> {
    this.cutAfter = cutAfter;
    let wakes = 0;
    for (;;) {
      this.#steps = 0;
      wakes += 1;
      const merge = this.wake();
      merge.begin('visitor', into, wakes);
      try {
        if (await merge.finish()) return wakes;
      } catch {
        this.cutAfter += 1;
      }
    }
  }

  result(): unknown {
    const { leases, projects, visitorGate } = this.#storesOf(this.user);
    return {
      owners: Object.fromEntries(this.owners),
      connections: Object.fromEntries(this.connections),
      projects: projects.list('').map(({ session, title }) => `${session}: ${title}`),
      leases: leases.rows().map(({ turn, state }) => `${turn}: ${state}`),
      used: leases.trialUsed,
      gate: visitorGate.marks(),
      limit: new RateLimitStore(this.user.sql as SqlStorage).state('connection 7', 2)?.status,
      left: this.visitor.sql.exec(`SELECT name FROM sqlite_master WHERE type = 'table'`).toArray(),
    };
  }

  async #effect<T>(work: () => Promise<T>): Promise<T> {
    if (++this.#steps > this.cutAfter) throw new Error('The power was cut before.');
    const result = await work();
    if (++this.#steps > this.cutAfter) throw new Error('The power was cut after.');
    return result;
  }

  async #send(visitor: string): Promise<boolean> {
    const { leases, projects, visitorGate } = this.#storesOf(this.visitor);
    const secret = this.connections.get('visitor');
    const connection = secret ? ({ secret: { kind: 'api_key', key: secret } } as ConnectionTransfer) : null;
    const limit = new RateLimitStore(this.visitor.sql as SqlStorage).newest('connection 7');
    const transfer: AccountTransfer = {
      ...{ visitor, leases: leases.rows(), projects: projects.rows(), connection, limit },
      gate: visitorGate.marks(),
    };
    const user = SignInMethods.open(this.user.sql as SqlStorage);
    if (!user) return false;
    const importTransferred = async () => {
      if (!this.connections.has('user')) this.connections.set('user', secret ?? '');
    };
    const detail = () => ({ kind: 'api_key', label: '', since: 7, broken: null }) as const;
    const limits = new RateLimitStore(this.user.sql as SqlStorage);
    const stores = { ...this.#storesOf(this.user), limits, connection: { detail, importTransfer: importTransferred } };
    await importTransfer(this.user as unknown as DurableObjectStorage, user, stores, transfer, 1);
    return true;
  }

  #storesOf(store: { sql: unknown }): { leases: TurnLeases; projects: ProjectList; visitorGate: VisitorGate } {
    const sql = store.sql as SqlStorage;
    return { leases: new TurnLeases(sql), projects: new ProjectList(sql), visitorGate: new VisitorGate(sql) };
  }
}

const merged = {
  owners: { one: 'user', two: 'user', three: 'user', own: 'user' },
  connections: { user: 'the visitor’s key' },
  projects: ['own: The user’s own', 'two: Project two', 'one: Project one'],
  leases: ['own turn: open', 'turn one: counted', 'turn three: counted', 'turn two: returned'],
  used: 3,
  gate: { admitted: true, challengePassed: true },
  limit: 'rejected',
  left: [{ name: 'merged' }],
};

describe('a merge', () => {
  it('hands over everything, once, and leaves a tombstone', async () => {
    const world = new World();
    expect(await world.mergeWithCuts('user', Number.POSITIVE_INFINITY)).toBe(1);
    expect(world.result()).toEqual(merged);
    const tombstone = world.wake();
    expect(tombstone.target).toBe('user');
    expect(tombstone.isPending).toBe(false);
    expect(await tombstone.finish()).toBe(true);
    expect(world.result()).toEqual(merged);
  });

  it('ends the same wherever it is interrupted, and however often', async () => {
    for (let cutAfter = 0; cutAfter < 10; cutAfter++) {
      const world = new World();
      expect(await world.mergeWithCuts('user', cutAfter)).toBeGreaterThan(1);
      expect(world.result(), `cut after ${cutAfter}`).toEqual(merged);
    }
  });

  it('goes to the account that came first', async () => {
    const world = new World();
    const one = world.wake();
    one.begin('visitor', 'user', 1);
    one.begin('visitor', 'another', 2);
    expect(one.target).toBe('user');
    const woken = world.wake();
    woken.begin('visitor', 'another', 3);
    expect(await woken.finish()).toBe(true);
    expect(woken.target).toBe('user');
    expect(world.result()).toEqual(merged);
  });

  it('takes its steps once at a time, however often it is asked to', async () => {
    const world = new World();
    const merge = world.wake();
    merge.begin('visitor', 'user', 1);
    expect(await Promise.all([merge.finish(), merge.finish(), merge.finish()])).toEqual([true, true, true]);
    expect(world.result()).toEqual(merged);
  });

  it('keeps the connection that the user has', async () => {
    const world = new World();
    world.connections.set('user', 'the user’s own key');
    await world.mergeWithCuts('user', 3);
    expect(world.result()).toEqual({ ...merged, connections: { user: 'the user’s own key' } });
  });

  it('brings nothing back that the user has deleted meanwhile', async () => {
    const world = new World();
    world.cutAfter = 2;
    const merge = world.wake();
    merge.begin('visitor', 'user', 1);
    await expect(merge.finish()).rejects.toThrow();
    new ProjectList(world.user.sql as SqlStorage).forget('one');
    await world.mergeWithCuts('user', Number.POSITIVE_INFINITY);
    expect(world.result()).toEqual({ ...merged, projects: ['own: The user’s own', 'two: Project two'] });
  });
});
