import { hasColumn, type Sql } from '../../storage/sql.ts';

/**
 * Brings tables of releases that stored no version to the form of `sessionTables`. They kept the visitor and the network address of each
 * prompt, merged no events, and had no `state`: without one, the alarm takes a project for one that is being deleted.
 */
export function updateUnversionedTables(sql: Sql): void {
  for (const column of ['visitor', 'address'])
    if (hasColumn(sql, 'turn', column)) sql.exec(`ALTER TABLE turn DROP COLUMN ${column}`);
  sql.exec(`UPDATE queue SET request = json_remove(request, '$.visitor', '$.address') WHERE json_valid(request)`);
  if (!hasColumn(sql, 'event', 'marks')) sql.exec('ALTER TABLE event ADD COLUMN marks TEXT');
  sql.exec(`INSERT OR IGNORE INTO meta (key, value) VALUES ('state', 'live')`);
}
