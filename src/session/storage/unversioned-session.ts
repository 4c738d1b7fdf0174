import { hasColumn, type Sql } from '../../storage/sql.ts';

const formerColumns = [
  ['turn', 'visitor'],
  ['turn', 'address'],
  ['turn', 'compacted'],
  ['event', 'marks'],
] as const;

/**
 * Brings tables of releases that stored no version to the form of `sessionTables`. They kept the visitor and the network address of each
 * prompt, marked where the deltas of an event had ended, and had no `state`: without one, the alarm takes a project for one that is being deleted.
 */
export function updateUnversionedTables(sql: Sql): void {
  for (const [table, column] of formerColumns)
    if (hasColumn(sql, table, column)) sql.exec(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  sql.exec(`UPDATE queue SET request = json_remove(request, '$.visitor', '$.address') WHERE json_valid(request)`);
  sql.exec(`INSERT OR IGNORE INTO meta (key, value) VALUES ('state', 'live')`);
}
