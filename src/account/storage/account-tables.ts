/** Tables of every account that stores anything, at their first version. Changed by the later steps of `accountSchema` only. */
export const accountTables = `
  CREATE TABLE IF NOT EXISTS lease (
    turn TEXT PRIMARY KEY, session TEXT NOT NULL, payer TEXT NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS lease_by_payer ON lease (payer, opened_at);

  CREATE TABLE IF NOT EXISTS welcome (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS challenge (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL);

  CREATE TABLE IF NOT EXISTS project (
    session TEXT PRIMARY KEY, title TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS connection (
    id INTEGER PRIMARY KEY CHECK (id = 1), kind TEXT NOT NULL, label TEXT NOT NULL, since INTEGER NOT NULL,
    version INTEGER NOT NULL, first_version INTEGER NOT NULL, broken TEXT, refresh_sent INTEGER NOT NULL DEFAULT 0,
    renewed_at INTEGER, given INTEGER NOT NULL DEFAULT 0, models TEXT, models_at INTEGER
  );

  CREATE TABLE IF NOT EXISTS vault_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL);

  CREATE TABLE IF NOT EXISTS sealed (
    version INTEGER PRIMARY KEY, state TEXT NOT NULL, digest TEXT NOT NULL, ciphertext TEXT,
    attempts INTEGER NOT NULL, due_at INTEGER
  );

  CREATE TABLE IF NOT EXISTS flow (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, data TEXT NOT NULL, expires_at INTEGER NOT NULL
  );

  CREATE TABLE IF NOT EXISTS key_check (at INTEGER NOT NULL);

  CREATE TABLE IF NOT EXISTS rate_limit (source TEXT PRIMARY KEY, note TEXT NOT NULL) WITHOUT ROWID;
`;

/** Tables that only a user's account has, at their first version. Changed by the later steps of `userSchema` only. */
export const userTables = `
  CREATE TABLE IF NOT EXISTS user (
    one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, created_at INTEGER NOT NULL, name TEXT
  );

  CREATE TABLE IF NOT EXISTS login (
    digest TEXT PRIMARY KEY, device TEXT NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS passkey (
    id TEXT PRIMARY KEY, public_key BLOB NOT NULL, counter INTEGER NOT NULL, transports TEXT NOT NULL,
    name TEXT NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS identity (
    key TEXT PRIMARY KEY, provider TEXT NOT NULL, name TEXT, created_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS merged_from (visitor TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
`;
