import { base64url } from 'jose';
import type { VaultKeys } from '../settings.ts';

const purpose = 'redraw: an operator who seals all records anew';

/** A token that proves possession of `VAULT_KEYS` without revealing a key: an HMAC under the active key. */
export async function operatorToken(keys: VaultKeys): Promise<string> {
  const secret = base64url.decode((keys.keys[keys.active] ?? '').replace(/=$/, ''));
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), hmac, false, ['sign']);
  return base64url.encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(purpose))));
}

/** Whether a token belongs to these keys. */
export async function isOperatorToken(keys: VaultKeys, token: string): Promise<boolean> {
  return isSameSecret(token, await operatorToken(keys));
}

/** Compares digests: the time taken does not tell how much of the secret was right. */
export async function isSameSecret(given: string, expected: string): Promise<boolean> {
  const [one, other] = await Promise.all([digestOf(given), digestOf(expected)]);
  return one === other;
}

async function digestOf(text: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}
