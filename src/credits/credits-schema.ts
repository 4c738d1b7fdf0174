import type { Schema } from '../storage/migrate.ts';
import { reviewTables } from './reviews.ts';

/** Amounts are micro-credits, times UNIX milliseconds. `docs/storage.md` describes the columns. */
const creditTables = `
CREATE TABLE credit_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  zone TEXT NOT NULL, reset_at INTEGER NOT NULL, next_zone TEXT, next_from INTEGER, zone_changed_at INTEGER,
  plan TEXT, plan_since INTEGER, plan_until INTEGER, granted_from INTEGER
);
CREATE TABLE credit_grant (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, amount INTEGER NOT NULL,
  "left" INTEGER NOT NULL CHECK ("left" >= 0), held INTEGER NOT NULL CHECK (held >= 0 AND held <= "left"),
  why TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER
);
CREATE INDEX credit_grant_open ON credit_grant (kind, expires_at, seq) WHERE "left" > 0;
CREATE TABLE credit_call (
  call TEXT PRIMARY KEY, turn TEXT NOT NULL, session TEXT NOT NULL, model TEXT NOT NULL,
  parts TEXT NOT NULL, cost INTEGER, at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX credit_call_turn ON credit_call (turn);
CREATE TABLE credit_entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL,
  daily INTEGER NOT NULL, subscription INTEGER NOT NULL, pool INTEGER NOT NULL, bonus INTEGER NOT NULL,
  turn TEXT, session TEXT, title TEXT, model TEXT, tokens TEXT, grant_id TEXT, why TEXT, ref TEXT
);
CREATE INDEX credit_entry_session ON credit_entry (session, id) WHERE session IS NOT NULL;
CREATE UNIQUE INDEX credit_entry_ref ON credit_entry (ref) WHERE ref IS NOT NULL;
`;

/** What an account has drawn of the operator's budget of a day. */
const sliceTable = `
CREATE TABLE credit_slice (
  id INTEGER PRIMARY KEY CHECK (id = 1), day INTEGER NOT NULL, "left" INTEGER NOT NULL CHECK ("left" >= 0)
);
`;

/** Projects whose queued prompts wait for credits. */
const waitingTable = 'CREATE TABLE credit_waiting (session TEXT PRIMARY KEY) WITHOUT ROWID;';

/** The tables of an account that has credits, and every change made to them. */
export const creditsSchema: Schema = {
  name: 'credits',
  marker: 'credit_entry',
  steps: [creditTables, sliceTable, waitingTable, reviewTables],
};
