import { DurableObject } from 'cloudflare:workers';

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
