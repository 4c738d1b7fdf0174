import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ArrivingBodies } from '../../../src/routes/http/arriving-bodies.ts';

const kib = 1024;
const announced = 256 * kib;
/** Bodies of 255 KiB that fit into what needs no place, and those that have a place or wait for one. */
const mostHeld = 32 + 32 + 64;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Calls whose bodies are sent piece by piece. */
function lab() {
  const bodies = new ArrivingBodies();
  const call = (party: string, ...pieces: number[]) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, {
      highWaterMark: 10,
    });
    const writer = writable.getWriter();
    writer.closed.catch(() => undefined);
    const send = (bytes: number) => writer.write(new Uint8Array(bytes)).catch(() => undefined);
    for (const piece of pieces) void send(piece);
    let size = 0;
    const made = { outcome: 'arriving', send, end: () => writer.close(), writer };
    bodies
      .read(readable, { party, announced }, (piece) => {
        size += piece.byteLength;
        return true;
      })
      .then(
        () => {
          made.outcome = `${size}`;
        },
        (error) => {
          made.outcome = error.code ?? error.message;
        },
      );
    return made;
  };
  return { bodies, call, settle: () => vi.advanceTimersByTimeAsync(0) };
}

type Call = ReturnType<ReturnType<typeof lab>['call']>;
const withOutcome = (calls: readonly Call[], outcome: string) => calls.filter((call) => call.outcome === outcome);

it('counts no body that is there with its first piece', async () => {
  const { bodies, call, settle } = lab();
  const calls = Array.from({ length: 1000 }, () => call('a', announced));
  await settle();
  expect(bodies.bytes).toBe(0);
  for (const { end } of calls) void end();
  await settle();
  expect(withOutcome(calls, `${announced}`)).toHaveLength(1000);
});

it.each([1, 6, 900])(
  'holds a bounded number of bodies that stand still, of how many senders they are (%d)',
  async (parties) => {
    const { bodies, call, settle } = lab();
    const calls = Array.from({ length: 900 }, (_, n) => call(`stranger ${n % parties}`, 255 * kib));
    await settle();
    expect(withOutcome(calls, 'arriving').length).toBeLessThanOrEqual(mostHeld);
    expect(withOutcome(calls, 'busy').length).toBeGreaterThanOrEqual(900 - mostHeld);
    expect(bodies.bytes).toBeLessThanOrEqual(8 * kib * kib);
  },
);

it('holds a bounded number of bodies that stand still after one byte', async () => {
  const { call, settle } = lab();
  const calls = Array.from({ length: 9000 }, (_, n) => call(`stranger ${n}`, 1));
  await settle();
  expect(withOutcome(calls, 'arriving').length).toBeLessThanOrEqual(2048 + 32 + 64);
});

it.each([0, 1, 255 * kib])('gives up a body that stands still after %d bytes', async (bytes) => {
  const { bodies, call } = lab();
  const stalled = call('a', ...(bytes > 0 ? [bytes] : []));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(stalled.outcome).toBe('busy');
  expect(bodies.bytes).toBe(0);
  await expect(stalled.writer.closed).rejects.toBeUndefined();
});

it('takes the body of somebody else that comes in pieces while hundreds stand still', async () => {
  const { call } = lab();
  for (let n = 0; n < 900; n++) call(`stranger ${n % 6}`, 255 * kib);
  await vi.advanceTimersByTimeAsync(10_000);
  const other = call('somebody else', 100 * kib);
  await vi.advanceTimersByTimeAsync(6_000);
  await other.send(156 * kib);
  void other.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(other.outcome).toBe(`${announced}`);
});

it('gives back what a body took, whichever way it ends', async () => {
  const { bodies, call, settle } = lab();
  const whole = call('a', 100);
  const broken = call('b', 100);
  await settle();
  expect(bodies.bytes).toBe(8 * kib);
  void whole.end();
  void broken.writer.abort(new Error('gone'));
  await settle();
  expect([whole.outcome, broken.outcome, bodies.bytes]).toEqual(['100', 'gone', 0]);
});

it('forgets bodies whose calls were ended without a word', async () => {
  const { bodies, call, settle } = lab();
  Array.from({ length: 32 }, () => call('a', 255 * kib));
  await settle();
  expect(bodies.bytes).toBeGreaterThan(7 * kib * kib);
  // Their timers are gone with them.
  vi.clearAllTimers();
  vi.setSystemTime(Date.now() + 30_000);
  call('b', 255 * kib);
  await settle();
  expect(bodies.bytes).toBe(255 * kib);
});
