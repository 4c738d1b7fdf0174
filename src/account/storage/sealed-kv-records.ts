import { logError } from '../../log/error-log.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { VaultKeys } from '../../settings.ts';
import { open, seal, VaultError } from '../../vault/vault.ts';

/** Waits before each read of a record from KV, which may not have it yet. Milliseconds. */
const readDelays = [0, 200, 600, 1_500];

/** Backoff after KV failed: the first wait, doubled up to the longest. Milliseconds. */
const firstBackoffMs = 60_000;
const maxBackoffMs = 60 * 60_000;

const purpose = 'connection';

export type RecordKv = Pick<KVNamespace, 'get' | 'put' | 'delete'>;

export interface SealedRecordsDeps {
  sql: SqlStorage;
  kv: RecordKv;
  keys: VaultKeys;
  /** The account's id: records are sealed to it, and stored under it in KV. */
  account: string;
  now(): number;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
}

/** A sealed record that is not stored yet. */
export interface SealedRecord {
  version: number;
  ciphertext: string;
  digest: string;
}

/**
 * The sealed records of one account. KV holds them, each under a key that is written once. This object holds the version and digest of
 * the current record, and its ciphertext until KV has returned it: KV is eventually consistent, and caches a missing key.
 */
export class SealedRecords {
  readonly #deps: SealedRecordsDeps;
  #syncing: Promise<unknown> = Promise.resolve();

  constructor(deps: SealedRecordsDeps) {
    this.#deps = deps;
  }

  /** Seals a secret with the active key, under a new version. */
  async seal(plaintext: string): Promise<SealedRecord> {
    const { sql, keys, account } = this.#deps;
    const { version } = sql
      .exec<{ version: number }>(
        `INSERT INTO vault_version (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = version + 1
         RETURNING version`,
      )
      .one();
    const ciphertext = await seal(keys, plaintext, { account, purpose, version });
    return { version, ciphertext, digest: await digestOf(ciphertext) };
  }

  /** Makes a sealed record the current one and retires the previous one. Synchronous: part of the caller's transaction. */
  makeCurrent({ version, ciphertext, digest }: SealedRecord): void {
    this.retireCurrent();
    this.#deps.sql.exec(
      `INSERT INTO sealed (version, state, digest, ciphertext, attempts, due_at) VALUES (?, 'current', ?, ?, 0, ?)`,
      version,
      digest,
      ciphertext,
      this.#deps.now(),
    );
  }

  /** Leaves no record current. The next `syncKv` deletes the retired ones in KV. */
  retireCurrent(): void {
    this.#deps.sql.exec(
      `UPDATE sealed SET state = 'old', ciphertext = NULL, attempts = 0, due_at = ? WHERE state = 'current'`,
      this.#deps.now(),
    );
  }

  /**
   * Opens the record of a version.
   *
   * @returns the secret, and whether it is sealed with another key than the active one
   * @throws ProblemError `connection_unavailable` if the record cannot be read now, or does not open. That never means "not connected".
   */
  async open(version: number): Promise<{ plaintext: string; stale: boolean }> {
    const { keys, account } = this.#deps;
    const ciphertext = await this.#readCiphertext(version);
    if (ciphertext === null) throw connectionUnavailable('Your connection to Claude cannot be read at the moment.');
    try {
      const { plaintext, kid } = await open(keys, ciphertext, { account, purpose, version });
      return { plaintext, stale: kid !== keys.active };
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      logError(`${this.#key(version)}: ${error.message}`);
      throw connectionUnavailable(
        'Your connection to Claude is sealed with a key that this site does not have at the moment.',
      );
    }
  }

  /** When `syncKv` is to be called (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#deps.sql.exec<{ due: number | null }>('SELECT min(due_at) AS due FROM sealed').one().due;
  }

  /**
   * Does what is due in KV: writes the current record, and deletes its ciphertext here once KV has returned it; deletes retired
   * versions. Failures are due again later. Calls run one after the other.
   */
  syncKv(): Promise<void> {
    const synced = this.#syncing.then(() => this.#syncDue());
    this.#syncing = synced.catch(() => undefined);
    return synced;
  }

  async #syncDue(): Promise<void> {
    const { sql, now } = this.#deps;
    const due = sql
      .exec<{ version: number; state: string; ciphertext: string | null; attempts: number }>(
        'SELECT version, state, ciphertext, attempts FROM sealed WHERE due_at <= ? ORDER BY version',
        now(),
      )
      .toArray();
    for (const { version, state, ciphertext, attempts } of due) {
      const done = await this.#syncOne(version, ciphertext).catch(() => false);
      if (done && state === 'old') sql.exec('DELETE FROM sealed WHERE version = ?', version);
      // The state is checked again: if the record was retired meanwhile, its row is due for deletion.
      else if (done)
        sql.exec(`UPDATE sealed SET ciphertext = NULL, due_at = NULL WHERE version = ? AND state = 'current'`, version);
      else {
        const wait = Math.min(firstBackoffMs * 2 ** attempts, maxBackoffMs);
        sql.exec(
          'UPDATE sealed SET attempts = ?, due_at = ? WHERE version = ? AND state = ?',
          attempts + 1,
          now() + wait,
          version,
          state,
        );
      }
    }
  }

  async #syncOne(version: number, ciphertext: string | null): Promise<boolean> {
    const { kv } = this.#deps;
    const key = this.#key(version);
    if (ciphertext === null) {
      await kv.delete(key);
      return true;
    }
    await kv.put(key, ciphertext);
    return (await kv.get(key)) === ciphertext;
  }

  /** The ciphertext of a version, from here or from KV; null if none matches the stored digest. */
  async #readCiphertext(version: number): Promise<string | null> {
    const { sql, kv, wait } = this.#deps;
    for (const ms of readDelays) {
      if (ms > 0) await wait(ms);
      const [row] = sql
        .exec<{ digest: string; ciphertext: string | null }>(
          `SELECT digest, ciphertext FROM sealed WHERE version = ? AND state = 'current'`,
          version,
        )
        .toArray();
      if (!row) return null;
      const found = row.ciphertext ?? (await kv.get(this.#key(version)).catch(() => null));
      if (found !== null && (await digestOf(found)) === row.digest) return found;
    }
    return null;
  }

  #key(version: number): string {
    return `cred/${this.#deps.account}/${version}`;
  }
}

/** The refusal for a connection that exists but cannot be used now. */
export function connectionUnavailable(sentence: string, reason?: 'moving' | 'renewal'): ProblemError {
  const detail = `${sentence} It is not lost: try again in a minute.`;
  return new ProblemError('connection_unavailable', detail, reason ? { reason } : {});
}

async function digestOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(hash).toString('base64url');
}
