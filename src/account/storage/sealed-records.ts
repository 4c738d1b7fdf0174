import { ProblemError } from '../../protocol/problems.ts';
import type { VaultKeys } from '../../settings.ts';
import { open, seal, VaultError } from '../../vault/vault.ts';

/** Waits between looks into KV for a record that is not found there (yet). Milliseconds. */
const looks = [0, 200, 600, 1_500];

/** First wait after KV did not do as asked; doubles up to the longest. Milliseconds. */
const firstWaitMs = 60_000;
const longestWaitMs = 60 * 60_000;

const purpose = 'connection';

export type RecordKv = Pick<KVNamespace, 'get' | 'put' | 'delete'>;

export interface SealedRecordsDeps {
  sql: SqlStorage;
  kv: RecordKv;
  keys: VaultKeys;
  /** What the records are bound to and filed under. */
  account: string;
  now(): number;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
}

/** A record that is sealed and not kept yet. */
export interface SealedRecord {
  version: number;
  ciphertext: string;
  digest: string;
}

/**
 * The sealed records of one account. KV holds them, each under a key that is written once; what is current, its digest, and the
 * ciphertext until KV has given it back stand here, because KV may answer late and remembers what it did not find.
 */
export class SealedRecords {
  readonly #parts: SealedRecordsDeps;
  #tending: Promise<unknown> = Promise.resolve();

  constructor(parts: SealedRecordsDeps) {
    this.#parts = parts;
  }

  /** Seals a secret under a version of its own, with the active key. */
  async seal(plaintext: string): Promise<SealedRecord> {
    const { sql, keys, account } = this.#parts;
    const { version } = sql
      .exec<{ version: number }>(
        `INSERT INTO vault_version (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = version + 1
         RETURNING version`,
      )
      .one();
    const ciphertext = await seal(keys, plaintext, { account, purpose, version });
    return { version, ciphertext, digest: await digestOf(ciphertext) };
  }

  /** Makes a sealed record the current one, in place of the one before. Synchronous: part of the caller's transaction. */
  keep({ version, ciphertext, digest }: SealedRecord): void {
    this.drop();
    this.#parts.sql.exec(
      `INSERT INTO sealed (version, state, digest, ciphertext, attempts, due_at) VALUES (?, 'current', ?, ?, 0, ?)`,
      version,
      digest,
      ciphertext,
      this.#parts.now(),
    );
  }

  /** Leaves no record current. KV forgets the old ones when the records are next tended. */
  drop(): void {
    this.#parts.sql.exec(
      `UPDATE sealed SET state = 'old', ciphertext = NULL, attempts = 0, due_at = ? WHERE state = 'current'`,
      this.#parts.now(),
    );
  }

  /**
   * Opens the record of a version.
   *
   * @throws ProblemError `connection_unavailable` where it is not to be had at the moment, or does not open: it is never "none"
   */
  async open(version: number): Promise<{ plaintext: string; stale: boolean }> {
    const { keys, account } = this.#parts;
    const ciphertext = await this.#find(version);
    if (ciphertext === null) throw unavailable('Your connection to Claude cannot be read at the moment.');
    try {
      const { plaintext, kid } = await open(keys, ciphertext, { account, purpose, version });
      return { plaintext, stale: kid !== keys.active };
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      console.error(`${this.#key(version)}: ${error.message}`);
      throw unavailable('Your connection to Claude is sealed with a key that this site does not have at the moment.');
    }
  }

  /** When something is to be done in KV (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#parts.sql.exec<{ due: number | null }>('SELECT min(due_at) AS due FROM sealed').one().due;
  }

  /**
   * Does what is due in KV: writes what it does not have, and forgets the ciphertext here once KV has given it back; deletes old
   * versions. What fails is due again later.
   */
  tend(): Promise<void> {
    const tended = this.#tending.then(() => this.#tendDue());
    this.#tending = tended.catch(() => undefined);
    return tended;
  }

  async #tendDue(): Promise<void> {
    const { sql, now } = this.#parts;
    const due = sql
      .exec<{ version: number; state: string; ciphertext: string | null; attempts: number }>(
        'SELECT version, state, ciphertext, attempts FROM sealed WHERE due_at <= ? ORDER BY version',
        now(),
      )
      .toArray();
    for (const { version, state, ciphertext, attempts } of due) {
      const done = await this.#tendOne(version, ciphertext).catch(() => false);
      if (done && state === 'old') sql.exec('DELETE FROM sealed WHERE version = ?', version);
      // Where it has become an old one meanwhile, the row says what is due.
      else if (done)
        sql.exec(`UPDATE sealed SET ciphertext = NULL, due_at = NULL WHERE version = ? AND state = 'current'`, version);
      else {
        const wait = Math.min(firstWaitMs * 2 ** attempts, longestWaitMs);
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

  async #tendOne(version: number, ciphertext: string | null): Promise<boolean> {
    const { kv } = this.#parts;
    const key = this.#key(version);
    if (ciphertext === null) {
      await kv.delete(key);
      return true;
    }
    await kv.put(key, ciphertext);
    return (await kv.get(key)) === ciphertext;
  }

  /** The ciphertext of a version, from here or from KV. One that is not the very record that was written is as good as none. */
  async #find(version: number): Promise<string | null> {
    const { sql, kv, wait } = this.#parts;
    for (const ms of looks) {
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
    return `cred/${this.#parts.account}/${version}`;
  }
}

/** The refusal for a connection that is there and cannot be used now. */
export function unavailable(reason: string): ProblemError {
  return new ProblemError('connection_unavailable', `${reason} It is not lost: try again in a minute.`);
}

async function digestOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(hash).toString('base64url');
}
