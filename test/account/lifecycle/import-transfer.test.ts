import { expect, it } from 'vitest';
import { RateLimitStore } from '../../../src/account/billing/rate-limit-store.ts';
import { TurnLeases } from '../../../src/account/billing/turn-leases.ts';
import { VisitorGate } from '../../../src/account/billing/visitor-gate.ts';
import type { ConnectionTransfer } from '../../../src/account/connection/connection.ts';
import { type AccountTransfer, importTransfer } from '../../../src/account/lifecycle/account-merge.ts';
import { SignInMethods } from '../../../src/account/sign-in/sign-in-methods.ts';
import { accountSchema } from '../../../src/account/storage/account-schema.ts';
import { ProjectList } from '../../../src/account/storage/project-list.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

const transfer: AccountTransfer = {
  visitor: 'visitor',
  leases: [],
  projects: [{ session: 'one', title: 'A timer', created_at: 1, updated_at: 1 }],
  connection: { secret: { kind: 'api_key', key: 'sk-test' } } as ConnectionTransfer,
  limit: null,
};

it('imports a visitor once, though the same transfer comes twice at once', async () => {
  const store = nodeStore();
  const sql = store.sql as SqlStorage;
  const user = SignInMethods.create(store as unknown as DurableObjectStorage, 'user', null, 0);
  createTables(store, accountSchema);
  const projects = new ProjectList(sql);
  const gates: PromiseWithResolvers<void>[] = [];
  const connection = {
    detail: () => null,
    importTransfer: () => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      return gate.promise;
    },
  };
  const visitorGate = new VisitorGate(sql);
  const stores = { leases: new TurnLeases(sql), projects, connection, limits: new RateLimitStore(sql), visitorGate };
  const importOnce = () => importTransfer(store as unknown as DurableObjectStorage, user, stores, transfer, 1);
  const [first, second] = [importOnce(), importOnce()];
  expect(gates).toHaveLength(2);
  gates[0]?.resolve();
  await first;
  expect(projects.list('').map(({ session }) => session)).toEqual(['one']);
  projects.forget('one');
  gates[1]?.resolve();
  await second;
  expect(projects.list('')).toEqual([]);
});
