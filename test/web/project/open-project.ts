import { setImmediate } from 'node:timers/promises';
import type { EventData, Trial } from '../../../src/protocol/events.ts';
import type { ApiError } from '../../../web/api/api-error.ts';
import { Project } from '../../../web/project/project.ts';
import type { FakeServer } from './fake-api.ts';

/** Resolves when every promise that waits for no timer has gone as far as it can. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

/** One `/watch` socket of the page. */
interface Socket {
  session: string;
  isClosed: boolean;
  message(data: unknown): void;
  /** The connection breaks. */
  drop(): void;
}

/**
 * A project on a page whose time and frames the test holds.
 *
 * @param session null: a new project
 */
export function onPage(server: FakeServer, session: string | null) {
  const frames: (() => void)[] = [];
  const sockets: Socket[] = [];
  const waits: { ms: number; end(): void }[] = [];
  const told = {
    trials: [] as (Trial | null)[],
    finished: 0,
    limits: [] as { limit: EventData<'rate_limit'>; payer: string }[],
    refused: [] as { error: ApiError; again: () => void }[],
    elsewhere: [] as string[],
  };
  const project = new Project(
    {
      api: server.api,
      timing: {
        random: () => 1,
        wait: (ms, signal) =>
          new Promise((resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            waits.push({ ms, end: resolve });
          }),
      },
      watchSocket: (id) => (on) => {
        const socket: Socket = {
          session: id,
          isClosed: false,
          message: on.message,
          drop: () => {
            socket.isClosed = true;
            on.closed();
          },
        };
        sockets.push(socket);
        return { close: socket.drop };
      },
      schedule: (frame) => frames.push(frame),
      onTrial: (trial) => told.trials.push(trial),
      onTurnFinished: () => {
        told.finished += 1;
      },
      onRateLimit: (limit, payer) => told.limits.push({ limit, payer }),
      onRefused: (error, again) => told.refused.push({ error, again }),
      onElsewhere: (what) => told.elsewhere.push(what),
    },
    session,
  );
  /** Lets everything go as far as it can, and draws the frame. */
  async function show(): Promise<void> {
    await settled();
    for (const frame of frames.splice(0)) frame();
    await settled();
  }
  return {
    project,
    told,
    frames,
    sockets,
    waits,
    show,
    /** Opens the project as it stands on the server. */
    open(): Promise<void> {
      project.open();
      return show();
    },
  };
}
