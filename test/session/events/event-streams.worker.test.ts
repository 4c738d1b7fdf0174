import { expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/session/events/event-log.ts';
import { EventStreams } from '../../../src/session/events/event-streams.ts';

/** Streams over a log in memory, through the runtime's own pipe. */
function makeStreams(stored: StoredEvent[]): EventStreams {
  return new EventStreams({
    read: (after, limit) => stored.filter(({ seq }) => seq > after).slice(0, limit),
    inFlight: () => [],
    isIdle: () => false,
    createPipe: () => new IdentityTransformStream(),
    now: () => 0,
  });
}

const wholeTurn: StoredEvent[] = [
  { seq: 1, type: 'text', data: JSON.stringify('x'.repeat(100_000)) },
  { seq: 2, type: 'turn_finished', data: '{"turn":"a"}' },
];

it('forgets a reader that went away, at the next heartbeat', async () => {
  const streams = makeStreams([]);
  const reader = streams.open(0, null).getReader();
  await reader.read();
  await reader.cancel();
  streams.heartbeat();
  await expect.poll(() => streams.size).toBe(0);
});

it('forgets a reader that has read the end of its turn', async () => {
  const streams = makeStreams(wholeTurn);
  expect(await new Response(streams.open(0, 'a')).text()).toContain('turn_finished');
  await expect.poll(() => streams.size).toBe(0);
});

it('forgets a reader that goes away with the end of its turn unread', async () => {
  const streams = makeStreams(wholeTurn);
  const reader = streams.open(0, 'a').getReader();
  await reader.read();
  expect(streams.size).toBe(1);
  await reader.cancel();
  await expect.poll(() => streams.size).toBe(0);
});
