import { expect, it } from 'vitest';
import { VisitorGate } from '../../../src/account/billing/visitor-gate.ts';
import { accountSchema } from '../../../src/account/storage/account-schema.ts';
import { accountTables } from '../../../src/account/storage/account-tables.ts';
import { migrate } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

/** An account of a release before, with these leases. */
function marksAfter(leases: readonly [payer: string, state: string][]): unknown {
  const store = nodeStore();
  store.sql.exec(accountTables);
  for (const [n, [payer, state]] of leases.entries())
    store.sql.exec(
      `INSERT INTO lease (turn, session, payer, state, opened_at) VALUES (?, 's', ?, ?, ?)`,
      `turn ${n}`,
      payer,
      state,
      n,
    );
  migrate(store, [accountSchema]);
  return new VisitorGate(store.sql as SqlStorage).marks();
}

it.each(['trial', 'hosted'])('asks no account again that had a %s turn before accounts were asked', (payer) => {
  const leases: [string, string][] = [
    [payer, 'returned'],
    [payer, 'counted'],
  ];
  expect(marksAfter(leases)).toEqual({ admitted: true, challengePassed: false });
});

it('asks those that had none which the operator paid', () => {
  const none = { admitted: false, challengePassed: false };
  expect(marksAfter([])).toEqual(none);
  expect(marksAfter([['hosted', 'returned']])).toEqual(none);
  expect(marksAfter([['connection', 'counted']])).toEqual(none);
});
