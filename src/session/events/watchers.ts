/** Minimum interval between two notifications while a turn runs. Milliseconds. */
const minIntervalMs = 1_000;

const watchTag = 'watch';
const previewTag = 'preview';
/** The tag of sockets of which no login is known. */
const noLoginTag = 'login:';

/**
 * The hibernatable WebSockets of `/watch`. They carry the newest sequence number and nothing else: a second tab or device learns when to
 * fetch events, and an idle session costs nothing.
 */
export class Watchers {
  readonly #ctx: Pick<DurableObjectState, 'acceptWebSocket' | 'getWebSockets'>;
  #notifiedSeq = 0;
  #notifiedAt = 0;
  /** A throttled notification: the last one was less than the minimum interval ago. */
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ctx: Pick<DurableObjectState, 'acceptWebSocket' | 'getWebSockets'>) {
    this.#ctx = ctx;
  }

  /**
   * @param preview whether the page shows the preview and can therefore report on it
   * @param login digest of the login of the page's browser; null: none
   */
  accept(seq: number, preview: boolean, login: string | null): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    const tags = [watchTag, `${noLoginTag}${login ?? ''}`];
    this.#ctx.acceptWebSocket(server, preview ? [...tags, previewTag] : tags);
    server.send(JSON.stringify({ seq }));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** The newest sequence number that was sent. */
  get notifiedSeq(): number {
    return this.#notifiedSeq;
  }

  /** Whether any page has the project open. */
  get isAnyoneWatching(): boolean {
    return this.#ctx.getWebSockets(watchTag).length > 0;
  }

  /** Whether any page has the preview open. */
  get hasPreviewOpen(): boolean {
    return this.#ctx.getWebSockets(previewTag).length > 0;
  }

  /** Sends the newest sequence number; at most once a second while a turn runs. `now` in UNIX milliseconds. */
  notify(seq: number, running: boolean, now: number): void {
    if (seq === this.#notifiedSeq) return;
    const wait = running ? this.#notifiedAt + minIntervalMs - now : 0;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = wait > 0 ? setTimeout(() => this.notify(seq, false, now + wait), wait) : null;
    if (this.#timer) return;
    this.#notifiedSeq = seq;
    this.#notifiedAt = now;
    const text = JSON.stringify({ seq });
    for (const socket of this.#ctx.getWebSockets(watchTag)) {
      try {
        socket.send(text);
      } catch {
        // The socket is closing.
      }
    }
  }

  /** Closes the sockets of these logins, and those of which no login is known. */
  closeLogins(logins: readonly string[]): void {
    for (const login of ['', ...logins])
      for (const socket of this.#ctx.getWebSockets(`${noLoginTag}${login}`)) socket.close(1008, 'You were signed out.');
  }

  closeAll(): void {
    for (const socket of this.#ctx.getWebSockets(watchTag)) socket.close(1001, 'The project was deleted.');
  }
}
