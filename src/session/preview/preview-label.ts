import { DurableObject } from 'cloudflare:workers';

/**
 * The address of one preview label: which session it belongs to. One small object per label, because KV would answer "not found"
 * for up to a minute after a label was made. The session itself decides whether the label is still its own.
 */
export class PreviewLabel extends DurableObject<object> {
  /** Points the label to a session. */
  async point(session: string): Promise<void> {
    await this.ctx.storage.put('session', session);
  }

  /** The session that the label belongs to, or null. */
  async session(): Promise<string | null> {
    return (await this.ctx.storage.get<string>('session')) ?? null;
  }

  /** Forgets the label. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
