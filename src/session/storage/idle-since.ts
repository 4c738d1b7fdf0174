import type { Sql } from '../../storage/sql.ts';

/** Projects that were idle before idle ones were deleted begin to be so with this step: nobody was told before. */
export function beginIdleTime(sql: Sql): void {
  sql.exec(`INSERT OR IGNORE INTO meta (key, value) VALUES ('used_at', ?)`, String(Date.now()));
}
