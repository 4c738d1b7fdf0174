/** The session object's own tables at its first version. Changed by the later steps of `sessionSchema` only. */
export const sessionTables = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS turn (
    id TEXT PRIMARY KEY,
    ordinal INTEGER NOT NULL UNIQUE,
    prompt TEXT NOT NULL,
    attachments TEXT NOT NULL,
    wanted_model TEXT,
    model TEXT NOT NULL,
    payer TEXT NOT NULL,
    state TEXT NOT NULL,
    stopping INTEGER NOT NULL DEFAULT 0,
    queued INTEGER NOT NULL DEFAULT 0,
    counted INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    first_seq INTEGER,
    last_seq INTEGER
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY,
    turn TEXT,
    step INTEGER,
    type TEXT NOT NULL,
    data TEXT NOT NULL
  );

  CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY,
    turn TEXT NOT NULL,
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,
    content TEXT,
    content_hash TEXT
  );

  CREATE TABLE IF NOT EXISTS model_usage (
    turn TEXT NOT NULL,
    step INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    PRIMARY KEY (turn, step)
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS queue (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    request TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS outbox (
    turn TEXT PRIMARY KEY,
    counted INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL
  ) WITHOUT ROWID;
`;
