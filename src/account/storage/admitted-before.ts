import type { Sql } from '../../storage/sql.ts';

/**
 * Accounts with a counted turn that the operator paid have had their first one: releases before asked users nothing, and left the mark of
 * a merged visitor behind.
 */
export function markAdmittedBefore(sql: Sql): void {
  sql.exec(`
    INSERT OR IGNORE INTO welcome (id, at)
    SELECT 1, min(opened_at) FROM lease WHERE payer IN ('trial', 'hosted') AND state = 'counted' HAVING count(*) > 0`);
}
