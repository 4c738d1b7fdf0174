import { createHash } from 'node:crypto';
import { newId } from '../../protocol/id.ts';
import type { LoginEntry } from '../../protocol/resources.ts';

const dayMs = 86_400_000;

/** A login that was not used for so long is gone. Milliseconds. */
const idleMs = 90 * dayMs;

/** How exactly it is kept when a login was last used: a row a call would cost money. Milliseconds. */
const seenEveryMs = 60 * 60_000;

/** Logins of one account at the most; the one that was idle the longest makes room. */
const maxLogins = 50;

const digestOf = (login: string): string => createHash('sha256').update(login).digest('base64url');

/** The browsers that are signed in. A login's id stands in the cookie only; here is its digest. Times are UNIX milliseconds. */
export class Logins {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Signs a browser in.
   *
   * @param device in plain words
   * @returns the id of the login, for the cookie
   */
  open(device: string, now: number): string {
    this.#forgetIdle(now);
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

  /** Whether a login stands; notes that it was used. */
  stands(login: string, now: number): boolean {
    const digest = digestOf(login);
    const row = this.#sql.exec<{ seen_at: number }>('SELECT seen_at FROM login WHERE digest = ?', digest).toArray()[0];
    if (!row) return false;
    if (row.seen_at + idleMs <= now) {
      this.#forgetIdle(now);
      return false;
    }
    if (row.seen_at + seenEveryMs <= now) this.#sql.exec('UPDATE login SET seen_at = ? WHERE digest = ?', now, digest);
    return true;
  }

  /** @param current the login that asks */
  list(current: string, now: number): LoginEntry[] {
    this.#forgetIdle(now);
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

  close(login: string): void {
    this.#sql.exec('DELETE FROM login WHERE digest = ?', digestOf(login));
  }

  closeAll(): void {
    this.#sql.exec('DELETE FROM login');
  }

  #forgetIdle(now: number): void {
    this.#sql.exec('DELETE FROM login WHERE seen_at <= ?', now - idleMs);
  }
}
