import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A proxy of a Docker socket that can leave program starts unanswered, as an engine does for a container that was just killed. */
export interface StallingSocket {
  /** Value for `DOCKER_HOST`. */
  host: string;
  setStalling(isStalling: boolean): void;
  /** Number of starts that were left unanswered. */
  unheard(): number;
  close(): Promise<void>;
}

/**
 * Runs in a thread of its own: miniflare blocks its caller's thread during requests.
 *
 * @param host address of the engine: `unix://` and a path
 */
export async function openStallingSocket(host: string): Promise<StallingSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'redraw-socket-'));
  const path = join(folder, 'docker.sock');
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const thread = new Worker(join(import.meta.dirname, 'stalling-docker-socket-thread.ts'), {
    workerData: { path, engine: host.replace(/^unix:\/\//, ''), shared },
  });
  await once(thread, 'message');
  return {
    host: `unix://${path}`,
    setStalling: (isStalling) => void Atomics.store(shared, 0, isStalling ? 1 : 0),
    unheard: () => Atomics.load(shared, 1),
    close: async () => {
      await thread.terminate();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
