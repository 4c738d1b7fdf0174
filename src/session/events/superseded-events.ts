import * as v from 'valibot';
import { parseStoredOr } from '../../storage/stored-json.ts';

/** Events that tell how something stands: of those between turns a reader who comes back needs only the newest. */
const stateTypes = ['queued', 'title', 'settings', 'preview', 'sandbox'];

const Preview = v.object({ state: v.string(), hot: v.optional(v.boolean()) });

/** What an event tells the state of; null: it is no such event. `data` is its JSON. */
function subjectOf(type: string, data: string): string | null {
  if (!stateTypes.includes(type)) return null;
  if (type === 'settings') {
    const settings = parseStoredOr(v.record(v.string(), v.unknown()), data, {});
    return `settings ${Object.keys(settings).sort().join()}`;
  }
  if (type !== 'preview') return type;
  const preview = parseStoredOr(Preview, data, null);
  // A page that needs a new document is not told so by a later hot update.
  return preview?.state === 'reload' ? `reload ${preview.hot}` : 'preview';
}

/** What superseded events may take together: characters of their data, with what a row costs besides. */
const maxSuperseded = 128_000;
const rowOverhead = 64;

interface StateEvent {
  seq: number;
  size: number;
}

/**
 * Deletes events between turns that newer ones have superseded, the oldest first, once they take too much: calls that change the queue, the
 * title, a setting or the preview can be repeated for ever, and the log of a project has a limit.
 */
export class SupersededEvents {
  readonly #sql: SqlStorage;
  /** The newest stored event by what it tells the state of. */
  readonly #newest = new Map<string, StateEvent>();
  #superseded: StateEvent[] = [];
  #size = 0;
  #isRead = false;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** An event between turns was stored. */
  stored(seq: number, type: string, data: string): void {
    const subject = subjectOf(type, data);
    if (subject === null) return;
    if (!this.#isRead) this.#read(seq);
    this.#add(subject, { seq, size: data.length + rowOverhead });
    const kept = this.#superseded.findIndex(({ size }) => {
      if (this.#size <= maxSuperseded) return true;
      this.#size -= size;
      return false;
    });
    const deleted = this.#superseded.splice(0, kept < 0 ? this.#superseded.length : kept);
    for (const event of deleted) this.#sql.exec('DELETE FROM event WHERE seq = ?', event.seq);
  }

  #add(subject: string, event: StateEvent): void {
    const older = this.#newest.get(subject);
    this.#newest.set(subject, event);
    if (!older) return;
    this.#superseded.push(older);
    this.#size += older.size;
  }

  /** Reads what was stored before `seq`. */
  #read(seq: number): void {
    this.#isRead = true;
    const rows = this.#sql.exec<{ seq: number; type: string; data: string; bytes: number }>(
      // Of the others the type tells it, and a queue may be large.
      `SELECT seq, type, CASE WHEN type IN ('settings', 'preview') THEN data ELSE '' END AS data, octet_length(data) AS bytes
       FROM event WHERE turn IS NULL AND type IN (${stateTypes.map((type) => `'${type}'`).join()}) AND seq < ? ORDER BY seq`,
      seq,
    );
    for (const row of rows) {
      const subject = subjectOf(row.type, row.data);
      if (subject !== null) this.#add(subject, { seq: row.seq, size: row.bytes + rowOverhead });
    }
  }
}
