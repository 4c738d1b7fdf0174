import { EventSourceParserStream } from 'eventsource-parser/stream';
import { parseEvent, type RedrawEvent } from '../../src/protocol/events.ts';
import { fetchOnce } from './fetch-once.ts';

/** A visitor with their own cookie, who makes calls as a browser does. */
export class Visitor {
  readonly url: string;
  cookie: string | null = null;

  constructor(url: string) {
    this.url = url;
  }

  /** Makes a call of the API, as a page of Redraw does. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const raw = body instanceof Uint8Array;
    const response = await fetchOnce(this.url + path, {
      method,
      headers: {
        ...(method === 'GET'
          ? {}
          : { Origin: this.url, 'Content-Type': raw ? 'application/octet-stream' : 'application/json' }),
        ...(this.cookie ? { Cookie: this.cookie } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    const set = response.headers.getSetCookie()[0];
    if (set) this.cookie = set.split(';')[0] ?? null;
    return response;
  }

  /** Makes a call with a JSON answer. Throws where the status is not 2xx. */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.call(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text === '' ? 'null' : text) as T;
  }

  /** Sends a prompt and reads its turn to the end. */
  async build(
    prompt: string,
    session?: string,
  ): Promise<{ session: string; previewUrl: string; events: RedrawEvent[] }> {
    const response = await this.call('POST', '/api/chat', { prompt, ...(session ? { session } : {}) });
    if (response.status !== 200) throw new Error(`POST /api/chat: ${response.status} ${await response.text()}`);
    const events: RedrawEvent[] = [];
    for await (const event of eventsOf(response)) events.push(event);
    const first = events[0];
    if (first?.type !== 'session') throw new Error('The stream did not begin with a session event.');
    return { session: first.data.session, previewUrl: first.data.previewUrl, events };
  }
}

/** The events of an SSE answer, as they arrive. Throws on an event that the protocol does not define. */
export async function* eventsOf(response: Response): AsyncGenerator<RedrawEvent> {
  if (!response.body) return;
  const messages = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const message of messages) {
    const id = message.id === undefined ? null : Number(message.id);
    const event = parseEvent(id, message.event ?? '', message.data);
    if (!event) throw new Error(`Not an event of the protocol: ${message.event} ${message.data}`);
    yield event;
  }
}
