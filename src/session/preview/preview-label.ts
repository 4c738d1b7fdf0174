import { DurableObject } from 'cloudflare:workers';

/**
 * Maps one preview label to its session. One small object per label, because KV would answer "not found" for up to a minute after a label
 * was created. The session itself decides whether the label is still its own.
 */
export class PreviewLabel extends DurableObject<object> {
  /** Makes the label lead to a session. */
  async point(session: string): Promise<void> {
    await this.ctx.storage.put('session', session);
  }

  /** The session that the label leads to, or null. */
  async session(): Promise<string | null> {
    return (await this.ctx.storage.get<string>('session')) ?? null;
  }

  async forget(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
