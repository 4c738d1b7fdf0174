import { hasTable } from '../../storage/sql.ts';
import { keyCheckWindowMs } from '../connection/key-check-limit.ts';
import { accountSchema } from '../storage/account-schema.ts';

/** Tables whose rows expire by themselves, and the one that tells which steps the tables have taken. */
const passing = `('flow', 'key_check', 'schema_version')`;

/** Whether an account has nothing stored but what expires by itself: flows, key checks. */
export function holdsNothing(sql: SqlStorage): boolean {
  const tables = sql
    .exec<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name NOT IN ${passing}`,
    )
    .toArray();
  return tables.every(({ name }) => sql.exec(`SELECT 1 FROM "${name}" LIMIT 1`).toArray().length === 0);
}

/**
 * When the tables of an account that holds nothing may go (UNIX milliseconds): once the last flow and the last key check have expired. Null
 * where there are none, or they hold something.
 *
 * @param offsetMs the setting `CLOCK_OFFSET_MS`, by which flows expire earlier
 */
export function emptyAt(sql: SqlStorage, offsetMs: number): number | null {
  if (!hasTable(sql, accountSchema.marker) || !holdsNothing(sql)) return null;
  const { flow, check } = sql
    .exec<{ flow: number | null; check: number | null }>(
      'SELECT (SELECT max(expires_at) FROM flow) AS flow, (SELECT max(at) FROM key_check) AS "check"',
    )
    .one();
  // An alarm takes no time before 1.
  return Math.max(1, flow === null ? 1 : flow - offsetMs, check === null ? 1 : check + keyCheckWindowMs);
}
