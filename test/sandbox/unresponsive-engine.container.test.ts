import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ContainerWorker, startContainerWorker } from '../support/container-worker.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { openStallingSocket, type StallingSocket } from '../support/stalling-docker-socket.ts';
import { describeContainers, localContainers, run, untilStarted } from './containers.ts';

describeContainers('an engine that never answers the start of a program', () => {
  let engine: StallingSocket;
  let worker: ContainerWorker;

  beforeAll(async () => {
    const containers = await localContainers();
    engine = await openStallingSocket(containers.socket);
    worker = await startContainerWorker({ ...containers, socket: engine.host });
  });
  afterAll(async () => {
    await worker?.close();
    await engine?.close();
  });

  it('holds up nobody for good: the command is lost, and the next one runs', async () => {
    const sandbox = worker.sandbox('deaf');
    const files = new MemoryFiles();
    files.set('a.txt', 'kept\n');
    await untilStarted(() => sandbox.files.fill(files));
    engine.setStalling(true);
    const [ran, stopped] = await Promise.all([
      run(sandbox, 'echo never'),
      sandbox.processes.stop('server').catch((error: Error) => error.message),
    ]);
    expect(ran).toMatchObject({ out: '', ended: 'lost' });
    expect(stopped).not.toBe(true);
    expect(engine.unheard()).toBeGreaterThan(0);
    engine.setStalling(false);
    // The container's object has just restarted.
    await untilStarted(() => sandbox.files.fill(files));
    expect(await run(sandbox, 'cat a.txt')).toMatchObject({ out: 'kept\n', ended: 'exited', code: 0 });
  });
});
