import { createHash } from 'node:crypto';
import type { IdentityEntry } from '../../protocol/resources.ts';

/** Identities of one account at the most. */
export const maxIdentities = 10;

/** The name of the object of an identity: who it is at its provider does not stand in it. */
export function identityKey(issuer: string, subject: string): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('base64url');
}

/** The identities at providers by which an account can be signed in to. The object of each knows the account; here is what a person sees. */
export class Identities {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  list(): IdentityEntry[] {
    return this.#sql
      .exec<{ key: string; provider: string; name: string | null; created_at: number }>(
        'SELECT key, provider, name, created_at FROM identity ORDER BY created_at, key',
      )
      .toArray()
      .map(({ key, provider, name, created_at }) => ({ id: key, provider, name, createdAt: created_at }));
  }

  /** Notes an identity. Idempotent; a name that has changed is taken. `now` in UNIX milliseconds. */
  add(key: string, provider: string, name: string | null, now: number): void {
    this.#sql.exec(
      `INSERT INTO identity (key, provider, name, created_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (key) DO UPDATE SET name = coalesce(?3, name)`,
      key,
      provider,
      name,
      now,
    );
  }

  remove(key: string): void {
    this.#sql.exec('DELETE FROM identity WHERE key = ?', key);
  }
}
