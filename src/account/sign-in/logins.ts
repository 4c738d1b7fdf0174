import { createHash } from 'node:crypto';
import { newId } from '../../protocol/id.ts';
import type { LoginEntry } from '../../protocol/resources.ts';

const dayMs = 86_400_000;

/** A login expires after this time without use. Milliseconds. */
const maxIdleMs = 90 * dayMs;

/** Precision of a login's last use: a row written for each request would cost money. Milliseconds. */
const seenPrecisionMs = 60 * 60_000;

/** Maximum of logins of one account; the longest idle ones are dropped. */
const maxLogins = 50;

const digestOf = (login: string): string => createHash('sha256').update(login).digest('base64url');

/** The browsers that are signed in. Only the cookie holds a login's id; the table holds its digest. Times are UNIX milliseconds. */
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
    this.#deleteIdle(now);
    const login = newId();
    this.#sql.exec(
      'INSERT INTO login (digest, device, created_at, seen_at) VALUES (?1, ?2, ?3, ?3)',
      digestOf(login),
      device,
      now,
    );
    this.#sql.exec(
      'DELETE FROM login WHERE digest IN (SELECT digest FROM login ORDER BY seen_at DESC, created_at DESC LIMIT -1 OFFSET ?)',
      maxLogins,
    );
    return login;
  }

  /** Whether a login exists and has not expired; records its use. */
  isValid(login: string, now: number): boolean {
    const digest = digestOf(login);
    const row = this.#sql.exec<{ seen_at: number }>('SELECT seen_at FROM login WHERE digest = ?', digest).toArray()[0];
    if (!row) return false;
    if (row.seen_at + maxIdleMs <= now) {
      this.#deleteIdle(now);
      return false;
    }
    if (row.seen_at + seenPrecisionMs <= now)
      this.#sql.exec('UPDATE login SET seen_at = ? WHERE digest = ?', now, digest);
    return true;
  }

  /** @param current the caller's own login */
  list(current: string, now: number): LoginEntry[] {
    this.#deleteIdle(now);
    const own = digestOf(current);
    return this.#sql
      .exec<{ digest: string; device: string; created_at: number; seen_at: number }>(
        'SELECT digest, device, created_at, seen_at FROM login ORDER BY seen_at DESC, digest',
      )
      .toArray()
      .map(({ digest, device, created_at, seen_at }) => ({
        id: digest,
        device,
        createdAt: created_at,
        seenAt: seen_at,
        current: digest === own,
      }));
  }

  remove(login: string): void {
    this.#sql.exec('DELETE FROM login WHERE digest = ?', digestOf(login));
  }

  removeAll(): void {
    this.#sql.exec('DELETE FROM login');
  }

  #deleteIdle(now: number): void {
    this.#sql.exec('DELETE FROM login WHERE seen_at <= ?', now - maxIdleMs);
  }
}
