import type { Schema } from '../storage/migrate.ts';
import { inboxTables } from './inbox.ts';
import { promoTables } from './promo-codes.ts';
import { spendAndAddressTables } from './spend-and-address-tables.ts';

/** The treasury's tables at their first version. */
const treasuryTables = `
  CREATE TABLE IF NOT EXISTS spend_day (day INTEGER PRIMARY KEY, microusd INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS reservation (call TEXT PRIMARY KEY, day INTEGER NOT NULL, microusd INTEGER NOT NULL, settled INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS address_key (day INTEGER PRIMARY KEY, key BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS newcomer (day INTEGER NOT NULL, address TEXT NOT NULL, visitor TEXT NOT NULL, PRIMARY KEY (day, address, visitor)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS key_check (day INTEGER NOT NULL, address TEXT NOT NULL, at INTEGER NOT NULL);
`;

/** The tables of the treasury and every change made to them. `docs/storage.md` describes the columns. */
export const treasurySchema: Schema = {
  name: 'treasury',
  marker: 'spend_day',
  steps: [treasuryTables, spendAndAddressTables, promoTables, inboxTables],
};
