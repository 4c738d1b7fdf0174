import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';

/** One turn as a client received it. Times are milliseconds of `performance.now()`. */
export interface SeenTurn {
  session: string;
  previewUrl: string;
  /** When the prompt was sent. */
  postedAt: number;
  /** How many characters of Claude's text had arrived, and when. */
  text: { chars: number; at: number }[];
  /** When `turn_finished` arrived. */
  finishedAt: number;
  state: string;
  /** Events by type. */
  events: Record<string, number>;
  /** Bytes of the answer over the connection, headers and framing included. */
  wireBytes: number;
}

/** A visitor with their own cookie and connections. Lightweight, because it shares the process with the simulator. */
export class Client {
  readonly #origin: string;
  /** Closes idle connections before the server does: a request on a connection that is being closed would fail. */
  readonly #agent = new Agent({ keepAlive: true, timeout: 2_000 });
  cookie: string | null = null;

  /** @param origin of the started Redraw */
  constructor(origin: string) {
    this.#origin = origin;
  }

  close(): void {
    this.#agent.destroy();
  }

  /**
   * Sends a prompt and reads its turn to the end.
   *
   * @throws Error for any answer but a stream that ends with `turn_finished`
   */
  async turn(prompt: string, session?: string): Promise<SeenTurn> {
    const postedAt = performance.now();
    const body = JSON.stringify({ prompt, ...(session ? { session } : {}) });
    const { response, wireBytes } = await this.#send('POST', '/api/chat', body);
    const seen: SeenTurn = {
      session: '',
      previewUrl: '',
      postedAt,
      text: [],
      finishedAt: 0,
      state: '',
      events: {},
      wireBytes: 0,
    };
    let chars = 0;
    /** How far each block of text has come: what is stored of it comes once more. */
    const reached = new Map<number, number>();
    let rest = '';
    response.setEncoding('utf8');
    for await (const chunk of response as AsyncIterable<string>) {
      const at = performance.now();
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const type = /^event: (.*)$/m.exec(frame)?.[1];
        if (type === undefined) continue;
        seen.events[type] = (seen.events[type] ?? 0) + 1;
        if (type === 'text') {
          const chunk = dataOf(frame) as { block: number; at: number; delta: string };
          const end = chunk.at + chunk.delta.length;
          const before = reached.get(chunk.block) ?? 0;
          if (end <= before) continue;
          reached.set(chunk.block, end);
          chars += end - before;
          seen.text.push({ chars, at });
        } else if (type === 'session') {
          Object.assign(seen, pick(dataOf(frame) as SeenTurn));
        } else if (type === 'turn_finished') {
          seen.finishedAt = at;
          seen.state = (dataOf(frame) as { state: string }).state;
        }
      }
    }
    seen.wireBytes = wireBytes();
    if (response.statusCode !== 200 || seen.state === '')
      throw new Error(`POST /api/chat: ${response.statusCode} ${rest.slice(0, 300)}`);
    return seen;
  }

  #send(method: string, path: string, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(this.#origin + path, {
        method,
        agent: this.#agent,
        headers: {
          ...(body === undefined
            ? {}
            : {
                Origin: this.#origin,
                'Content-Type': 'application/json',
                'Content-Length': String(Buffer.byteLength(body)),
              }),
          ...(this.cookie ? { Cookie: this.cookie } : {}),
        },
      });
      request.once('error', reject);
      let wireBytes = () => 0;
      request.once('socket', (socket) => {
        const before = socket.bytesRead;
        wireBytes = () => socket.bytesRead - before;
      });
      request.once('response', (response) => {
        const set = response.headers['set-cookie']?.[0]?.split(';')[0];
        if (set) this.cookie = set;
        resolve({ response, wireBytes: () => wireBytes() });
      });
      request.end(body);
    });
  }
}

interface Answer {
  response: IncomingMessage;
  /** Bytes that the connection has read for this answer. */
  wireBytes(): number;
}

function dataOf(frame: string): unknown {
  return JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? 'null');
}

const pick = ({ session, previewUrl }: SeenTurn) => ({ session, previewUrl });
