import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createApi } from '../../../web/api/api.ts';
import { isBusy } from '../../../web/project/activity.ts';
import { EventStreamClient } from '../../../web/project/event-stream-client.ts';
import { reduce, reduceAll } from '../../../web/project/reduce.ts';
import { emptyView, type View } from '../../../web/project/view.ts';
import { longRun } from '../../support/long-run.ts';
import { wire } from './event-server.ts';
import { plannedTurns, sessionId, traceOf } from './generated-log.ts';
import type { SessionTrace } from './session-trace.ts';

/**
 * Answers as a session does while it happens. Each stream breaks in the middle of an event, or where the object is lost, and with each
 * one a moment has passed.
 *
 * @param lengths events that the streams get, over and over
 */
function fetchInPieces(trace: SessionTrace, lengths: readonly number[]): typeof fetch {
  let position = 0;
  let streams = 0;
  return async (url, init) => {
    position = Math.min(position + 1, trace.moments.length);
    const known = new Headers(init?.headers).get('last-event-id') ?? new URL(String(url)).searchParams.get('after');
    const past = trace.since(Number(known), position);
    if (past.length === 0 && position === trace.moments.length) return new Response(null, { status: 204 });
    const length = lengths[streams++ % lengths.length] ?? 1;
    const events = past.slice(0, length);
    while (events.length < length && position < trace.moments.length) {
      const event = trace.moments[position++]?.event;
      if (!event) break;
      events.push(event);
    }
    const next = past[length] ?? trace.moments[position]?.event;
    const bytes = new TextEncoder().encode(events.map(wire).join('') + (next ? wire(next).slice(0, 20) : ''));
    let isSent = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (isSent) controller.error(new TypeError('The connection broke.'));
        else controller.enqueue(bytes);
        isSent = true;
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}

/** Reads a session to its end. @returns what is shown then */
async function readAll(trace: SessionTrace, fetcher: typeof fetch): Promise<View> {
  let view = emptyView;
  const link = new EventStreamClient({
    api: createApi({ base: 'http://session.localhost', fetch: fetcher }),
    session: sessionId,
    timing: { random: () => 1, wait: async () => undefined },
    onEvent: (event) => {
      view = reduce(view, event);
    },
    onState: () => undefined,
    onLost: (error) => {
      throw error;
    },
    isBusy: () => isBusy(view),
  });
  link.follow(trace.log.length);
  await link.idle();
  link.close();
  return view;
}

it.each([
  ['every event and every chunk', [1]],
  ['every few events', [2, 5, 3, 1, 4]],
])('shows what an uncut reader shows when it is cut at %s, and objects are lost', async (_, lengths) => {
  await fc.assert(
    fc.asyncProperty(plannedTurns, async (turns) => {
      const trace = traceOf(turns);
      const uncut = reduceAll(trace.moments.flatMap(({ event }) => event ?? []));
      expect(await readAll(trace, fetchInPieces(trace, lengths))).toEqual(uncut);
    }),
    longRun(30),
  );
});
