import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RedrawEvent } from '../../../src/protocol/events.ts';
import type { StoredEvent } from './session-trace.ts';

export interface ReceivedRequest {
  method: string;
  path: string;
  lastEventId: string | undefined;
  body: unknown;
}

type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

export interface EventServer {
  url: string;
  /** Every request, in order. */
  requests: ReceivedRequest[];
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? null : JSON.parse(text);
}

/** A local server with scripted answers: the other end of the event link. */
export async function startEventServer(answer: Answer): Promise<EventServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    // Files share the page's modules: none shall learn the time here, for others hold theirs.
    response.sendDate = false;
    const lastEventId = request.headers['last-event-id'];
    const now: ReceivedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      body: await bodyOf(request),
    };
    requests.push(now);
    answer(response, now);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const wire = ({ seq, type, data }: RedrawEvent): string =>
  `${seq === null ? '' : `id: ${seq}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 1\n\n');
}

/** Sends events and then breaks the connection: in the middle of the next event, if there is one. */
export function sendAndCut(response: ServerResponse, events: readonly RedrawEvent[], next?: RedrawEvent): void {
  const half = next ? wire(next).slice(0, 20) : ': cut';
  response.write(events.map(wire).join('') + half, () => response.destroy());
}

/** The events of a log that a request asks for. */
export function after(log: readonly StoredEvent[], { path, lastEventId }: ReceivedRequest): StoredEvent[] {
  const known = Number(lastEventId ?? new URL(path, 'http://x').searchParams.get('after') ?? 0);
  return log.filter(({ seq }) => seq > known);
}

export function sendProblem(response: ServerResponse, status: number, code: string, detail: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: 'about:blank', title: code, status, detail, code, limit: 6 }));
}
