import { createHash } from 'node:crypto';
import type { IdentityEntry } from '../../protocol/resources.ts';

/** Maximum of identities of one account. */
export const maxIdentities = 10;

/** The name of an identity's object: a digest, which does not reveal the subject at the provider. */
export function identityKey(issuer: string, subject: string): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('base64url');
}

/** The identities at providers that sign in to an account, as shown to a person. The `Identity` objects decide whose each one is. */
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

  /** Adds an identity. Idempotent; a new name replaces the old one. `now` in UNIX milliseconds. */
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
