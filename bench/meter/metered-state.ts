import { realTimeOf } from './clock.ts';
import { meter, type ObjectKey } from './meter.ts';

/** When the alarm of each object is due, UNIX milliseconds of the shown clock. */
export const alarms = new Map<string, { object: ObjectKey; at: number }>();

/** The storage of each object without the meter, by object. */
const bare = new Map<string, DurableObjectStorage>();

const keyOf = ({ className, id }: ObjectKey): string => `${className} ${id}`;

/** The alarm of an object rings: it is due no more. */
export function rang(object: ObjectKey): void {
  alarms.delete(keyOf(object));
}

/** Takes an object's alarm out of the runtime, for one that is rung by hand. Not counted. */
export async function unsetAlarm(object: ObjectKey): Promise<void> {
  await bare.get(keyOf(object))?.deleteAlarm();
}

/** A proxy that answers some properties anew; all others are the target's own, its methods bound to it. */
export function override<T extends object>(target: T, changes: Record<string, unknown>): T {
  return new Proxy(target, {
    get(of, name) {
      if (typeof name === 'string' && Object.hasOwn(changes, name)) return changes[name];
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}

/** Each statement of a text without bindings is executed apart: a cursor counts only the rows of the last. */
function statementsOf(text: string, bindings: readonly unknown[]): string[] {
  if (bindings.length > 0) return [text];
  return text.split(';').filter((statement) => statement.trim() !== '');
}

/** The binding that says which of a table's many uses a row is: the key of `meta`, the type of an event. */
const namingBinding: Record<string, number | undefined> = { meta: 0, event: 3 };

function labelOf(statement: string, bindings: readonly unknown[]): string {
  const table = /^\s*INSERT INTO (\w+)/.exec(statement)?.[1] ?? '';
  const at = namingBinding[table];
  return at === undefined ? statement : `INSERT INTO ${table} ${String(bindings[at])}`;
}

function meteredSql(sql: SqlStorage, { className }: ObjectKey): SqlStorage {
  const exec = (text: string, ...bindings: unknown[]): SqlStorageCursor<Record<string, SqlStorageValue>> => {
    let last: SqlStorageCursor<Record<string, SqlStorageValue>> | null = null;
    for (const statement of statementsOf(text, bindings)) {
      const cursor = sql.exec(statement, ...bindings);
      const label = labelOf(statement, bindings);
      meter.rows(className, label, 0, 0);
      let [read, written] = [0, 0];
      // A cursor counts rows as it is read, which all of Redraw's code does in one synchronous run.
      queueMicrotask(() => {
        meter.rows(className, label, cursor.rowsRead - read, cursor.rowsWritten - written, 0);
        [read, written] = [cursor.rowsRead, cursor.rowsWritten];
      });
      last = cursor;
    }
    if (!last) throw new Error('There is no statement.');
    return last;
  };
  return override(sql, { exec });
}

/** Source of what a call of the key-value interface costs: developers.cloudflare.com/durable-objects/platform/pricing, "Storage billing". */
function meteredStorage(storage: DurableObjectStorage, object: ObjectKey): DurableObjectStorage {
  const { className } = object;
  const key = keyOf(object);
  const sql = meteredSql(storage.sql, object);
  return override(storage, {
    sql,
    get: (name: string) => {
      meter.rows(className, 'storage.get', 1, 0);
      return storage.get(name);
    },
    put: (name: string, value: unknown) => {
      meter.rows(className, 'storage.put', 0, 1);
      return storage.put(name, value);
    },
    deleteAll: () => {
      alarms.delete(key);
      meter.rows(className, 'storage.deleteAll', 0, 0);
      return storage.deleteAll();
    },
    setAlarm: (time: number | Date) => {
      const at = Number(time);
      alarms.set(key, { object, at });
      meter.rows(className, 'storage.setAlarm', 0, 1);
      return storage.setAlarm(realTimeOf(at));
    },
    deleteAlarm: () => {
      alarms.delete(key);
      meter.rows(className, 'storage.deleteAlarm', 0, 1);
      return storage.deleteAlarm();
    },
  });
}

/** Counts the storage and the background work of an object. Changes its state in place: the runtime takes no proxy for it. */
export function meterState(state: DurableObjectState, object: ObjectKey): void {
  const waitUntil = state.waitUntil.bind(state);
  bare.set(keyOf(object), state.storage);
  Object.defineProperty(state, 'storage', { value: meteredStorage(state.storage, object) });
  Object.defineProperty(state, 'waitUntil', {
    value: (work: Promise<unknown>) => {
      const rest = meter.keepAwake(object);
      Promise.resolve(work).then(rest, rest);
      waitUntil(work);
    },
  });
}
