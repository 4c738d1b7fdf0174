/** Whether the account is a user's: one that somebody has signed in to keeps a `user` table, a visitor's has none. */
export function isUserAccount(sql: SqlStorage): boolean {
  return sql.exec(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'user'`).toArray().length > 0;
}
