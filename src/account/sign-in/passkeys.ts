import type { WebAuthnCredential } from '@simplewebauthn/server';
import * as v from 'valibot';
import type { PasskeyEntry } from '../../protocol/resources.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';

/** Maximum of passkeys of one account. */
export const maxPasskeys = 20;

type Row = { id: string; public_key: ArrayBuffer; counter: number; transports: string };

/** Hints for the browser (WebAuthn 3, 5.8.4). */
const Transports = v.array(v.string());

function credentialOf({ id, public_key, counter, transports }: Row): WebAuthnCredential {
  return {
    id,
    publicKey: new Uint8Array(public_key),
    counter,
    transports: parseStoredOr(Transports, transports, []),
  };
}

/** The passkeys of one account. Times are UNIX milliseconds. */
export class Passkeys {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  list(): PasskeyEntry[] {
    return this.#sql
      .exec<{ id: string; name: string; created_at: number; last_used_at: number | null }>(
        'SELECT id, name, created_at, last_used_at FROM passkey ORDER BY created_at, id',
      )
      .toArray()
      .map(({ id, name, created_at, last_used_at }) => ({
        id,
        name,
        createdAt: created_at,
        lastUsedAt: last_used_at,
      }));
  }

  credentials(): WebAuthnCredential[] {
    return this.#sql.exec<Row>('SELECT id, public_key, counter, transports FROM passkey').toArray().map(credentialOf);
  }

  find(id: string): WebAuthnCredential | null {
    return this.credentials().find((credential) => credential.id === id) ?? null;
  }

  /** Adds a passkey. Idempotent by its id. */
  add(credential: WebAuthnCredential, name: string, now: number): void {
    this.#sql.exec(
      `INSERT OR IGNORE INTO passkey (id, public_key, counter, transports, name, created_at, last_used_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)`,
      credential.id,
      credential.publicKey,
      credential.counter,
      JSON.stringify(credential.transports ?? []),
      name,
      now,
    );
  }

  /**
   * Records a use of a passkey.
   *
   * @returns false if its counter has not increased: another authenticator may be a clone (WebAuthn 3, 6.1.1)
   */
  recordUse(id: string, counter: number, now: number): boolean {
    const rows = this.#sql.exec(
      'UPDATE passkey SET counter = ?2, last_used_at = ?3 WHERE id = ?1 AND (counter < ?2 OR (counter = 0 AND ?2 = 0)) RETURNING id',
      id,
      counter,
      now,
    );
    return rows.toArray().length > 0;
  }

  /** @returns false if there is no such passkey */
  rename(id: string, name: string): boolean {
    return this.#sql.exec('UPDATE passkey SET name = ? WHERE id = ? RETURNING id', name, id).toArray().length > 0;
  }

  /** @returns false if there is no such passkey */
  remove(id: string): boolean {
    return this.#sql.exec('DELETE FROM passkey WHERE id = ? RETURNING id', id).toArray().length > 0;
  }
}
