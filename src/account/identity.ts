import { DurableObject } from 'cloudflare:workers';
import { createHash } from 'node:crypto';

/** The name of the object of an identity: who it is at its provider does not stand in it. */
export function identityKey(issuer: string, subject: string): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('base64url');
}

/** Which account an identity at a provider belongs to. One small object per identity; the first account that asks gets it. */
export class Identity extends DurableObject<object> {
  /** Gives the identity to an account, unless it has one; answers whose it is. */
  async claim(account: string): Promise<string> {
    const holder = await this.ctx.storage.get<string>('account');
    if (holder !== undefined) return holder;
    await this.ctx.storage.put('account', account);
    return account;
  }

  /** Takes the identity back from an account. */
  async release(account: string): Promise<void> {
    if ((await this.ctx.storage.get<string>('account')) === account) await this.ctx.storage.deleteAll();
  }
}
