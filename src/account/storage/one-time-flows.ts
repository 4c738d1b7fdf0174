import * as v from 'valibot';
import { newId } from '../../protocol/id.ts';
import type { VaultKeys } from '../../settings.ts';
import { hasTable } from '../../storage/sql.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import { open, seal } from '../../vault/vault.ts';

/** A flow expires after this time. Milliseconds. */
export const flowLifetimeMs = 10 * 60_000;

/** Maximum of open flows of one account; the oldest ones are dropped. */
const maxOpenFlows = 20;

/** Data of a flow between its start and its end: a challenge, a nonce, a verifier. */
const FlowData = v.pipe(v.record(v.string(), v.string()), v.readonly());
export type FlowData = v.InferOutput<typeof FlowData>;

/** Whether the account has a table of flows. */
export function hasFlows(sql: SqlStorage): boolean {
  return hasTable(sql, 'flow');
}

/**
 * Flows that wait for their second request: a connection by OAuth, a sign-in. Each can be finished once, within ten minutes, by the
 * account that began it. The data is sealed.
 */
export class OneTimeFlows {
  readonly #sql: SqlStorage;
  readonly #keys: VaultKeys;
  readonly #account: string;
  readonly #offsetMs: number;
  readonly #prepare: () => void;

  /**
   * @param offsetMs the setting `CLOCK_OFFSET_MS`, by which flows expire earlier
   * @param prepare creates the tables if there are none: those of an account that holds nothing may go at any time
   */
  constructor(sql: SqlStorage, keys: VaultKeys, account: string, offsetMs = 0, prepare: () => void = () => undefined) {
    this.#sql = sql;
    this.#keys = keys;
    this.#account = account;
    this.#offsetMs = offsetMs;
    this.#prepare = prepare;
  }

  /**
   * Begins a flow.
   *
   * @param now UNIX milliseconds
   * @returns its id: 128 random bits, usable as an OAuth `state`
   */
  async begin(kind: string, data: FlowData, now: number): Promise<string> {
    const id = newId();
    const sealed = await seal(this.#keys, JSON.stringify(data), this.#binding(kind, id));
    this.#prepare();
    this.deleteExpired(now);
    this.#sql.exec(
      'INSERT INTO flow (id, kind, data, expires_at) VALUES (?, ?, ?, ?)',
      id,
      kind,
      sealed,
      now + this.#offsetMs + flowLifetimeMs,
    );
    this.#sql.exec(
      'DELETE FROM flow WHERE id NOT IN (SELECT id FROM flow ORDER BY expires_at DESC, rowid DESC LIMIT ?)',
      maxOpenFlows,
    );
    return id;
  }

  /** Ends a flow and returns its data; null if there is none of this kind and id, or it has expired. `now` in UNIX milliseconds. */
  async take(kind: string, id: string, now: number): Promise<FlowData | null> {
    const [row] = this.#sql
      .exec<{ data: string; expires_at: number }>(
        'DELETE FROM flow WHERE id = ? AND kind = ? RETURNING data, expires_at',
        id,
        kind,
      )
      .toArray();
    if (!row || row.expires_at <= now + this.#offsetMs) return null;
    const { plaintext } = await open(this.#keys, row.data, this.#binding(kind, id));
    return parseStoredOr(FlowData, plaintext, null);
  }

  /** When the next flow expires (UNIX milliseconds), or null. */
  dueAt(): number | null {
    const { due } = this.#sql.exec<{ due: number | null }>('SELECT min(expires_at) AS due FROM flow').one();
    return due === null ? null : due - this.#offsetMs;
  }

  deleteExpired(now: number): void {
    this.#sql.exec('DELETE FROM flow WHERE expires_at <= ?', now + this.#offsetMs);
  }

  #binding(kind: string, id: string): { account: string; purpose: string; version: number } {
    return { account: this.#account, purpose: `flow/${kind}/${id}`, version: 1 };
  }
}
