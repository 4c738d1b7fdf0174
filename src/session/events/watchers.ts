/** How often watchers are told of progress while a turn runs. Milliseconds. */
const noticeMs = 1_000;

const watchTag = 'watch';
const previewTag = 'preview';

/**
 * The hibernating WebSockets of `/watch`: they carry the newest sequence number and nothing else, so that a second tab or device
 * knows when to ask, and cost nothing while nobody builds.
 */
export class Watchers {
  readonly #ctx: Pick<DurableObjectState, 'acceptWebSocket' | 'getWebSockets'>;
  #told = 0;
  #toldAt = 0;
  /** The word that waits because the last one was so short a time ago. */
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ctx: Pick<DurableObjectState, 'acceptWebSocket' | 'getWebSockets'>) {
    this.#ctx = ctx;
  }

  /** @param preview whether this page shows the preview, so that it can report on it */
  accept(seq: number, preview: boolean): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, preview ? [watchTag, previewTag] : [watchTag]);
    server.send(JSON.stringify({ seq }));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Whether somebody has the preview open. */
  get looking(): boolean {
    return this.#ctx.getWebSockets(previewTag).length > 0;
  }

  /** Tells the newest sequence number; while a turn runs at most once a second. */
  notify(seq: number, running: boolean, now: number): void {
    if (seq === this.#told) return;
    const wait = running ? this.#toldAt + noticeMs - now : 0;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = wait > 0 ? setTimeout(() => this.notify(seq, false, now + wait), wait) : null;
    if (this.#timer) return;
    this.#told = seq;
    this.#toldAt = now;
    const text = JSON.stringify({ seq });
    for (const socket of this.#ctx.getWebSockets(watchTag)) {
      try {
        socket.send(text);
      } catch {
        // It is closing.
      }
    }
  }

  closeAll(): void {
    for (const socket of this.#ctx.getWebSockets(watchTag)) socket.close(1001, 'The project was deleted.');
  }
}
