/** The tables of the workspace at the first version of the session object. Changed by the later steps of `sessionSchema` only. */
export const workspaceTables = `
  CREATE TABLE IF NOT EXISTS blob (
    hash TEXT NOT NULL,
    piece INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (hash, piece)
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS blob_loose (hash TEXT PRIMARY KEY) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    bytes INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS version (
    version INTEGER PRIMARY KEY,
    parent INTEGER,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    stopped INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    tree TEXT NOT NULL,
    changed TEXT NOT NULL,
    stands_for INTEGER NOT NULL,
    before INTEGER,
    tip INTEGER NOT NULL
  );
`;
