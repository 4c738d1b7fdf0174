import { DurableObject } from 'cloudflare:workers';

/** Which account an identity at a provider belongs to. One object per identity; the first claim wins. */
export class Identity extends DurableObject<object> {
  /** Assigns the identity to an account, unless it belongs to one. @returns the account that it belongs to */
  async claim(account: string): Promise<string> {
    const holder = await this.ctx.storage.get<string>('account');
    if (holder !== undefined) return holder;
    await this.ctx.storage.put('account', account);
    return account;
  }

  /** Releases the identity, if it belongs to this account. */
  async release(account: string): Promise<void> {
    if ((await this.ctx.storage.get<string>('account')) === account) await this.ctx.storage.deleteAll();
  }
}
