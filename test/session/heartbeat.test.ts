import { expect, it } from 'vitest';
import { EventStreams } from '../../src/session/event-streams.ts';

const decoder = new TextDecoder();

it('writes a comment line to a stream that has nothing else to say', async () => {
  const streams = new EventStreams({ read: () => [], idle: () => false, now: () => 0 });
  const reader = streams.open(0, null).getReader();
  const next = async () => decoder.decode((await reader.read()).value);
  expect(await next()).toBe('retry: 1000\n\n');
  for (let beat = 0; beat < 3; beat++) {
    const line = next();
    streams.heartbeat();
    expect(await line).toMatch(/^:[^\n]*\n\n$/);
  }
  await reader.cancel();
  expect(streams.size).toBe(0);
});
