import { base64url, CompactEncrypt, compactDecrypt } from 'jose';
import type { VaultKeys } from '../settings.ts';

/**
 * Sealing of secrets as compact JWEs (RFC 7516). Pure: where sealed records are stored, and when they are resealed, is decided in
 * `account/`.
 */

/** The owner and purpose of a sealed record, in its protected header: the record opens for this binding only. */
interface RecordBinding {
  /** The account, as `sub`. */
  account: string;
  /** The use of the secret, for example `connection`. */
  purpose: string;
  version: number;
}

/** An opened secret, and the id of the key that it was sealed with. */
interface OpenedRecord {
  plaintext: string;
  kid: string;
}

/**
 * Why a record does not open. `unknown_key`: it names a key that this deployment does not have (any more); the secret is not lost.
 * `refused`: it was changed, belongs to another binding, or was sealed with another key of the same id.
 */
type VaultFault = 'unknown_key' | 'refused';

/** Thrown where a record does not open. Its message contains nothing of the record but the key id. */
export class VaultError extends Error {
  override readonly name = 'VaultError';

  readonly fault: VaultFault;

  constructor(fault: VaultFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

const alg = 'A256KW';
const enc = 'A256GCM';
const headerNames = 'alg,enc,kid,purpose,sub,version';

/** Seals a secret with the active key, as a compact JWE whose protected header holds the binding. */
export function seal(
  keys: VaultKeys,
  plaintext: string,
  { account, purpose, version }: RecordBinding,
): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(plaintext))
    .setProtectedHeader({ alg, enc, kid: keys.active, sub: account, purpose, version })
    .encrypt(keyBytes(keys, keys.active));
}

/**
 * Opens a record that was sealed for this binding. The record's header is checked before any key is used: algorithms and header names must
 * be the ones that `seal` writes.
 *
 * @throws VaultError
 */
export async function open(keys: VaultKeys, sealed: string, binding: RecordBinding): Promise<OpenedRecord> {
  const { kid } = headerOf(sealed, binding);
  if (!Object.hasOwn(keys.keys, kid))
    throw new VaultError('unknown_key', `A record was sealed with the key ${kid}, which VAULT_KEYS does not hold.`);
  try {
    const { plaintext } = await compactDecrypt(sealed, keyBytes(keys, kid), {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [enc],
    });
    return { plaintext: new TextDecoder().decode(plaintext), kid };
  } catch {
    throw new VaultError('refused', `A record that names the key ${kid} does not open with it.`);
  }
}

function headerOf(sealed: string, { account, purpose, version }: RecordBinding): { kid: string } {
  const parts = sealed.split('.');
  // A decoder that ignores unused bits would open a changed record.
  if (parts.length !== 5 || !parts.every(isCanonical)) throw refused('is not a compact JWE');
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(base64url.decode(parts[0] ?? '')));
  } catch {
    throw refused('has no header');
  }
  const names = header === null ? '' : Object.keys(header).sort().join(',');
  if (names !== headerNames || header.alg !== alg || header.enc !== enc) throw refused('was not sealed in our way');
  if (header.sub !== account || header.purpose !== purpose || header.version !== version)
    throw refused('belongs elsewhere');
  const { kid } = header;
  if (typeof kid !== 'string' || !/^[A-Za-z0-9_-]{1,32}$/.test(kid)) throw refused('names no key');
  return { kid };
}

function isCanonical(part: string): boolean {
  try {
    return base64url.encode(base64url.decode(part)) === part;
  } catch {
    return false;
  }
}

function refused(what: string): VaultError {
  return new VaultError('refused', `A record ${what}.`);
}

function keyBytes(keys: VaultKeys, kid: string): Uint8Array {
  return base64url.decode((keys.keys[kid] ?? '').replace(/=$/, ''));
}
