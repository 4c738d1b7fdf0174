import type { Visitor } from './visitor.ts';

/** A `/watch` socket, as a page of the visitor opens it. */
export class WatchSocket {
  /** The sequence numbers received so far. */
  readonly told: number[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
    socket.addEventListener('message', ({ data }) => {
      this.told.push((JSON.parse(String(data)) as { seq: number }).seq);
      for (const look of [...this.#waiting]) look();
    });
  }

  /** Opens the socket; resolves with the first message, rejects where the server refuses. */
  static async open(
    visitor: Visitor,
    session: string,
    headers: Record<string, string> = {},
    query = '',
  ): Promise<WatchSocket> {
    const url = `${visitor.url.replace('http', 'ws')}/api/sessions/${session}/watch${query}`;
    // Node's WebSocket accepts headers; the types are those of a browser, whose WebSocket does not.
    const options = {
      headers: { Origin: visitor.url, ...(visitor.cookie ? { Cookie: visitor.cookie } : {}), ...headers },
    };
    const socket = new WebSocket(url, options as unknown as string[]);
    const watch = new WatchSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('The socket was not taken.')));
    });
    await watch.until((seq) => seq >= 0);
    return watch;
  }

  /** Resolves with the first sequence number that fits, received already or later. */
  until(fits: (seq: number) => boolean): Promise<number> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.told.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** False as soon as the server has closed it. `closed` comes later: workerd ends the connection once the object hibernates. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  close(): void {
    this.#socket.close();
  }
}
