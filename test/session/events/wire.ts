import { EventSourceParserStream } from 'eventsource-parser/stream';
import { parseEvent, type RedrawEvent } from '../../../src/protocol/events.ts';
import type { Visitor } from '../../support/visitor.ts';

/** One event as received. `id` is null for text in flight. */
export interface WireEvent {
  id: number | null;
  type: string;
  data: string;
}

/**
 * Reads a stream of events until it ends, breaks, or `stop` returns true for an event; then the connection is closed.
 *
 * @returns true if the stream ended by itself
 */
export async function readWire(
  response: Response,
  into: WireEvent[],
  stop: (event: WireEvent) => boolean = () => false,
): Promise<boolean> {
  if (!response.body) return true;
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      const event = { id: value.id === undefined ? null : Number(value.id), type: value.event ?? '', data: value.data };
      into.push(event);
      if (stop(event)) {
        await reader.cancel();
        return false;
      }
    }
  } catch {
    return false;
  }
}

/** What the log has of the events: all but the text in flight. */
export const storedOnly = (events: readonly WireEvent[]): WireEvent[] => events.filter(({ id }) => id !== null);

/** The id that a client resumes from. */
export const lastId = (events: readonly WireEvent[]): number => storedOnly(events).at(-1)?.id ?? 0;

/** Requests the rest of a session's events, as a resuming client does. */
export function resume(visitor: Visitor, session: string, after: number, how: 'header' | 'query'): Promise<Response> {
  const path = `/api/sessions/${session}/events`;
  if (how === 'query') return visitor.call('GET', `${path}?after=${after}`);
  return visitor.call('GET', path, undefined, { 'Last-Event-ID': String(after) });
}

/** All events of a session, up to the time when it is idle. */
export async function wholeLog(visitor: Visitor, session: string): Promise<WireEvent[]> {
  const log: WireEvent[] = [];
  await readWire(await resume(visitor, session, 0, 'query'), log);
  return log;
}

/** The session named by the first event of a stream. */
export function sessionOf(events: readonly WireEvent[]): string {
  const first = events[0];
  if (first?.type !== 'session') throw new Error('The stream did not begin with a session event.');
  return (JSON.parse(first.data) as { session: string }).session;
}

export function parsed(events: readonly WireEvent[]): RedrawEvent[] {
  return events.map(({ id, type, data }) => {
    const event = parseEvent(id, type, data);
    if (!event) throw new Error(`Not an event of the protocol: ${type} ${data}`);
    return event;
  });
}
