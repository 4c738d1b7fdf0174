import { newId } from '../../protocol/id.ts';
import type { VaultKeys } from '../../settings.ts';
import { hasTable } from '../../storage/sql.ts';
import { open, seal } from '../../vault/vault.ts';

/** How long a flow can be finished. Milliseconds. */
export const flowMs = 10 * 60_000;

/** Flows that one account may have open; the oldest makes room. */
const maxOpen = 20;

/** What is kept between the two halves of a flow: a challenge, a nonce, a verifier. */
export type FlowData = Readonly<Record<string, string>>;

/** Whether a flow was ever begun here. */
export function hasFlows(sql: SqlStorage): boolean {
  return hasTable(sql, 'flow');
}

/**
 * What was begun and waits to be finished: a connection by OAuth, a sign-in. Each can be finished once, within ten minutes, from
 * the account where it began. What it keeps is sealed.
 */
export class OneTimeFlows {
  readonly #sql: SqlStorage;
  readonly #keys: VaultKeys;
  readonly #account: string;

  constructor(sql: SqlStorage, keys: VaultKeys, account: string) {
    this.#sql = sql;
    this.#keys = keys;
    this.#account = account;
  }

  /**
   * Begins a flow.
   *
   * @param now UNIX milliseconds
   * @returns its id: 128 random bits, good as a `state`
   */
  async begin(kind: string, data: FlowData, now: number): Promise<string> {
    const id = newId();
    const sealed = await seal(this.#keys, JSON.stringify(data), this.#binding(kind, id));
    this.forgetExpired(now);
    this.#sql.exec('INSERT INTO flow (id, kind, data, expires_at) VALUES (?, ?, ?, ?)', id, kind, sealed, now + flowMs);
    this.#sql.exec(
      'DELETE FROM flow WHERE id NOT IN (SELECT id FROM flow ORDER BY expires_at DESC, rowid DESC LIMIT ?)',
      maxOpen,
    );
    return id;
  }

  /** Ends a flow and gives what it kept; null where there is none of this kind and id, or not any more. */
  async take(kind: string, id: string, now: number): Promise<FlowData | null> {
    const [row] = this.#sql
      .exec<{ data: string; expires_at: number }>(
        'DELETE FROM flow WHERE id = ? AND kind = ? RETURNING data, expires_at',
        id,
        kind,
      )
      .toArray();
    if (!row || row.expires_at <= now) return null;
    const { plaintext } = await open(this.#keys, row.data, this.#binding(kind, id));
    return JSON.parse(plaintext) as FlowData;
  }

  /** When the next flow expires (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#sql.exec<{ due: number | null }>('SELECT min(expires_at) AS due FROM flow').one().due;
  }

  forgetExpired(now: number): void {
    this.#sql.exec('DELETE FROM flow WHERE expires_at <= ?', now);
  }

  #binding(kind: string, id: string): { account: string; purpose: string; version: number } {
    return { account: this.#account, purpose: `flow/${kind}/${id}`, version: 1 };
  }
}
