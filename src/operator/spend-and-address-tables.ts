/** Shares of the day's budget, and what is counted by address beside new visitors. */
export const spendAndAddressTables = `
  CREATE TABLE spender (turn TEXT PRIMARY KEY, day INTEGER NOT NULL, account TEXT NOT NULL, address TEXT) WITHOUT ROWID;
  CREATE TABLE spend_share (day INTEGER NOT NULL, spender TEXT NOT NULL, microusd INTEGER NOT NULL, PRIMARY KEY (day, spender)) WITHOUT ROWID;
  CREATE TABLE sign_up (day INTEGER NOT NULL, address TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (day, address, account)) WITHOUT ROWID;
  CREATE TABLE new_project (day INTEGER NOT NULL, address TEXT NOT NULL, session TEXT NOT NULL, PRIMARY KEY (day, address, session)) WITHOUT ROWID;
  CREATE TABLE upload (day INTEGER NOT NULL, uploader TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (day, uploader)) WITHOUT ROWID;
`;
