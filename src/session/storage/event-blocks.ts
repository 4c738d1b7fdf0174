import * as v from 'valibot';
import type { Sql } from '../../storage/sql.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';

type EventRow = { seq: number; turn: string | null; step: number | null; type: string };

const deltaTypes = new Set(['text', 'thinking', 'file_delta', 'tool_output']);

const StoredDelta = v.looseObject({ delta: v.string() });

/**
 * Gives the streamed text of logs in which it had no place a block and an offset. Deltas of one kind in a row are a block, as they were
 * drawn as one. Sequence numbers and texts stay what they are.
 */
export function giveTextItsPlace(sql: Sql): void {
  const events = sql.exec<EventRow>('SELECT seq, turn, step, type FROM event ORDER BY seq').toArray();
  let number = 0;
  let open = { key: '', chars: 0 };
  for (const { seq, turn, step, type } of events) {
    if (!deltaTypes.has(type)) {
      // What belongs to no step stands between the deltas of a block without ending it.
      if (step !== null) open = { key: '', chars: 0 };
      continue;
    }
    const json = sql.exec<{ data: string }>('SELECT data FROM event WHERE seq = ?', seq).one().data;
    const stored = parseStoredOr(StoredDelta, json, null);
    if (!stored) continue;
    const { delta, ...fields } = stored;
    const key = [type, turn, step, fields.id].join('\n');
    if (open.key !== key) {
      number += 1;
      open = { key, chars: 0 };
    }
    const data = JSON.stringify({ ...fields, block: number, at: open.chars, delta });
    sql.exec('UPDATE event SET data = ? WHERE seq = ?', data, seq);
    open.chars += delta.length;
  }
}
