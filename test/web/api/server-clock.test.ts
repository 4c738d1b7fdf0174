import { afterEach, describe, expect, it, vi } from 'vitest';
import { rateLimit } from '../limits/rate-limits.ts';
import { sessionId } from '../project/generated-log.ts';

const hour = 3_600_000;
/** The true time when a test begins. */
const began = 1_795_185_000_000;

/** A page's device: what its clocks say, and what the true time is. */
let device: { truth: number; date: number; monotonic: number };

/** Time passes. @param asleep the device sleeps: its monotonic clock stands still */
function pass(ms: number, asleep = false): void {
  device.truth += ms;
  device.date += ms;
  if (!asleep) device.monotonic += ms;
}

/** A page is loaded on a device whose clock is so many milliseconds fast. */
async function load(fastMs: number) {
  device = { truth: began, date: began + fastMs, monotonic: 500 };
  vi.spyOn(Date, 'now').mockImplementation(() => device.date);
  vi.spyOn(performance, 'now').mockImplementation(() => device.monotonic);
  vi.resetModules();
  return import('../../../web/api/server-clock.ts');
}

// Other files share the modules: none shall know this time.
afterEach(() => void vi.resetModules());

describe.each([
  ['right', 0],
  ['three hours fast', 3 * hour],
  ['three hours slow', -3 * hour],
])('with a clock that is %s', (_, fastMs) => {
  it('it is the device’s time until the server has said its own, and the server’s from then on', async () => {
    const { hearServerTime, serverNow } = await load(fastMs);
    expect(serverNow()).toBe(device.date);
    hearServerTime(device.truth, true);
    expect(serverNow()).toBe(device.truth);
    pass(hour);
    expect(serverNow()).toBe(device.truth);
  });

  it('an event of an hour ago, told again, does not turn it back, before another time or after it', async () => {
    const { hearServerTime, serverNow } = await load(fastMs);
    hearServerTime(device.truth - hour, false);
    expect(serverNow()).toBe(device.date);
    hearServerTime(device.truth, true);
    pass(1000);
    hearServerTime(device.truth - hour, false);
    expect(serverNow()).toBe(device.truth);
  });

  it('an answer that was long on its way does not turn it back, and a newer time puts it right', async () => {
    const { hearServerTime, serverNow } = await load(fastMs);
    hearServerTime(device.truth - 900, true);
    hearServerTime(device.truth - 5000, true);
    expect(serverNow()).toBe(device.truth - 900);
    hearServerTime(device.truth - 20, false);
    expect(serverNow()).toBe(device.truth - 20);
  });

  it('a clock that is set meanwhile changes nothing, and has the page ask the server once', async () => {
    const { hearServerTime, onClockDrift, serverNow } = await load(fastMs);
    const ask = vi.fn();
    onClockDrift(ask);
    hearServerTime(device.truth, true);
    for (const by of [3 * hour, -5 * hour]) {
      device.date += by;
      pass(60_000);
      expect([serverNow(), serverNow()]).toEqual([device.truth, device.truth]);
    }
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('a device that slept asks the server, whose answer puts it right', async () => {
    const { hearServerTime, onClockDrift, serverNow } = await load(fastMs);
    onClockDrift(() => hearServerTime(device.truth, true));
    hearServerTime(device.truth, true);
    pass(8 * hour, true);
    serverNow();
    expect(serverNow()).toBe(device.truth);
    pass(hour);
    expect(serverNow()).toBe(device.truth);
  });
});

it('an answer that does not say its time leaves what is known', async () => {
  const { hearServerTime, serverNow } = await load(3 * hour);
  hearServerTime(Number.NaN, true);
  expect(serverNow()).toBe(device.date);
  hearServerTime(device.truth, true);
  hearServerTime(Number.NaN, true);
  expect(serverNow()).toBe(device.truth);
});

describe('what a page counts down by', () => {
  it.each([3 * hour, -3 * hour])(
    'is the server’s, by its answers and its events, on a clock %i ms off',
    async (fastMs) => {
      await load(fastMs);
      const { serverNow } = await import('../../../web/api/server-clock.ts');
      const { createApi } = await import('../../../web/api/api.ts');
      const { limitOverlayOf } = await import('../../../web/limits/limit-overlay-state.ts');
      const headers = () => ({ date: new Date(device.truth).toUTCString() });
      const api = createApi({ base: '', fetch: async () => new Response('[]', { headers: headers() }) });
      const closed = rateLimit({ resetsAt: began + hour });
      const project = { view: { value: { turn: null, earlier: [], rateLimit: closed } }, detail: { value: null } };
      const me = { payer: 'connection', rateLimit: closed, demo: false };
      const isLocked = () => limitOverlayOf(project as never, me as never, serverNow())?.isLocked ?? false;
      await api.sessions();
      expect(isLocked()).toBe(true);
      pass(hour - 1000);
      expect(isLocked()).toBe(true);
      pass(2000);
      expect(isLocked()).toBe(false);
    },
  );

  it('is made more exact by an event of now, and not by one of before', async () => {
    const { hearServerTime, serverNow } = await load(3 * hour);
    vi.resetModules();
    vi.doMock('../../../web/api/server-clock.ts', () => ({ hearServerTime, serverNow }));
    hearServerTime(device.truth - 999, true);
    const { EventStreamClient } = await import('../../../web/project/event-stream-client.ts');
    const queued = (now: number, id: number) =>
      `id: ${id}\nevent: queued\ndata: ${JSON.stringify({ items: [], now })}\n\n`;
    const read = async (now: number, id: number) => {
      const link = new EventStreamClient({
        api: { events: async () => new Response(queued(now, id), { status: 200 }) } as never,
        session: sessionId,
        timing: { wait: async () => undefined, random: () => 1 },
        onEvent: () => undefined,
        onState: () => undefined,
        onLost: () => undefined,
        isBusy: () => false,
      });
      link.follow();
      await link.idle();
    };
    await read(device.truth - hour, 1);
    expect(serverNow()).toBe(device.truth - 999);
    await read(device.truth, 1);
    expect(serverNow()).toBe(device.truth);
    vi.doUnmock('../../../web/api/server-clock.ts');
  });
});

it('a prompt that is set to a time is due by the server’s clock, not by the device’s', async () => {
  const { hearServerTime } = await load(3 * hour);
  hearServerTime(device.truth, true);
  const { isBusy } = await import('../../../web/project/activity.ts');
  const queue = [{ id: 'q', prompt: 'Later', notBefore: device.truth + hour }];
  expect(isBusy({ turn: null, queue } as never)).toBe(false);
  pass(hour);
  expect(isBusy({ turn: null, queue } as never)).toBe(true);
});
