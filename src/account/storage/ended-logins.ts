/** Logins that have ended and that the account's sessions may not know of yet. */
export const endedLogins = `
  CREATE TABLE ended_login (digest TEXT PRIMARY KEY) WITHOUT ROWID;
`;
