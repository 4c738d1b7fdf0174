import { createHash } from 'node:crypto';
import { newId } from '../../protocol/id.ts';
import type { LoginEntry } from '../../protocol/resources.ts';

const dayMs = 86_400_000;

/** A login ends after this time without use. Milliseconds. */
const maxIdleMs = 90 * dayMs;

/** A login ends this long after its sign-in, whatever its use (OWASP ASVS 5.0, 7.3.2). Milliseconds. */
const maxLifeMs = 180 * dayMs;

/** A sign-in proves for this time that the person is there (OWASP ASVS 5.0, 7.5.1). Milliseconds. */
export const freshMs = 5 * 60_000;

/** Precision of a login's last use: a row written for each request would cost money. Milliseconds. */
const seenPrecisionMs = 60 * 60_000;

/** Maximum of logins of one account; the longest idle ones are dropped. */
const maxLogins = 50;

/** Maximum of ended logins in one call of a session. */
const maxTold = 100;

/** What a login is known by outside of the cookie: in the account's table, to sessions, and in the list of logins. */
export const loginDigest = (login: string): string => createHash('sha256').update(login).digest('base64url');

type LoginRow = { digest: string; device: string; created_at: number; seen_at: number };

/**
 * The browsers that are signed in. Only the cookie holds a login's id; the table holds its digest. Each proof makes another login, so the
 * age of a login is the age of its proof. A login that has ended stands in `ended_login` until the sessions know. Times are UNIX
 * milliseconds.
 */
export class Logins {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Signs a browser in.
   *
   * @param device name of the browser, for example `Firefox on Windows`
   * @returns the id of the login, for the cookie
   */
  create(device: string, now: number): string {
    this.expire(now);
    const login = newId();
    this.#sql.exec(
      'INSERT INTO login (digest, device, created_at, seen_at) VALUES (?1, ?2, ?3, ?3)',
      loginDigest(login),
      device,
      now,
    );
    this.#end(
      'digest IN (SELECT digest FROM login ORDER BY seen_at DESC, created_at DESC LIMIT -1 OFFSET ?)',
      maxLogins,
    );
    return login;
  }

  /** Whether a login stands; records its use. */
  isValid(login: string, now: number): boolean {
    const digest = loginDigest(login);
    if (!this.has(digest, now)) return false;
    this.#sql.exec(
      'UPDATE login SET seen_at = ?1 WHERE digest = ?2 AND seen_at <= ?3',
      now,
      digest,
      now - seenPrecisionMs,
    );
    return true;
  }

  /** Whether the login of a digest stands. */
  has(digest: string, now: number): boolean {
    const [row] = this.#sql
      .exec<Pick<LoginRow, 'created_at' | 'seen_at'>>('SELECT created_at, seen_at FROM login WHERE digest = ?', digest)
      .toArray();
    if (!row) return false;
    if (endOf(row) > now) return true;
    this.expire(now);
    return false;
  }

  /** Whether a login was made in the last five minutes. */
  isFresh(login: string, now: number): boolean {
    const digest = loginDigest(login);
    return (
      this.#sql.exec('SELECT 1 FROM login WHERE digest = ? AND created_at > ?', digest, now - freshMs).toArray()
        .length > 0
    );
  }

  /** @param current the caller's own login */
  list(current: string, now: number): LoginEntry[] {
    this.expire(now);
    const own = loginDigest(current);
    return this.#sql
      .exec<LoginRow>('SELECT digest, device, created_at, seen_at FROM login ORDER BY seen_at DESC, digest')
      .toArray()
      .map(({ digest, device, created_at, seen_at }) => ({
        id: digest,
        device,
        createdAt: created_at,
        seenAt: seen_at,
        current: digest === own,
      }));
  }

  /** Ends the login of a digest. */
  remove(digest: string): void {
    this.#end('digest = ?', digest);
  }

  removeAll(): void {
    this.#end('1');
  }

  /** Ends the logins whose time is over. */
  expire(now: number): void {
    this.#end('seen_at <= ? OR created_at <= ?', now - maxIdleMs, now - maxLifeMs);
  }

  /** When the next login's time is over, or null. */
  dueAt(): number | null {
    return this.#sql
      .exec<{ due: number | null }>(
        'SELECT min(min(seen_at + ?, created_at + ?)) AS due FROM login',
        maxIdleMs,
        maxLifeMs,
      )
      .one().due;
  }

  /** Digests of logins that have ended and that sessions may not know of yet, some hundred at the most. */
  ended(): string[] {
    return this.#sql
      .exec<{ digest: string }>('SELECT digest FROM ended_login ORDER BY digest LIMIT ?', maxTold)
      .toArray()
      .map(({ digest }) => digest);
  }

  /** Every session knows that these have ended. */
  forgetEnded(digests: readonly string[]): void {
    for (const digest of digests) this.#sql.exec('DELETE FROM ended_login WHERE digest = ?', digest);
  }

  #end(where: string, ...values: (string | number)[]): void {
    const ended = this.#sql.exec<{ digest: string }>(`DELETE FROM login WHERE ${where} RETURNING digest`, ...values);
    for (const { digest } of ended.toArray())
      this.#sql.exec('INSERT OR IGNORE INTO ended_login (digest) VALUES (?)', digest);
  }
}

function endOf({ created_at, seen_at }: Pick<LoginRow, 'created_at' | 'seen_at'>): number {
  return Math.min(seen_at + maxIdleMs, created_at + maxLifeMs);
}
