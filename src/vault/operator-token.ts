import { base64url } from 'jose';
import type { VaultKeys } from '../settings.ts';

const purpose = 'redraw: an operator who seals all records anew';

/** What shows that a caller holds `VAULT_KEYS`, without showing a key: an HMAC under the active one. */
export async function operatorToken(keys: VaultKeys): Promise<string> {
  const secret = base64url.decode((keys.keys[keys.active] ?? '').replace(/=$/, ''));
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), hmac, false, ['sign']);
  return base64url.encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(purpose))));
}

/** Whether a token is that of these keys. The time that it takes says nothing of how much of it was right. */
export async function isOperatorToken(keys: VaultKeys, token: string): Promise<boolean> {
  const [given, right] = await Promise.all([digestOf(token), digestOf(await operatorToken(keys))]);
  return given === right;
}

async function digestOf(text: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}
