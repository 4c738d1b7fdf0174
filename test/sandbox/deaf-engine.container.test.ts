import { afterAll, beforeAll, expect, it } from 'vitest';
import { findContainers } from '../../scripts/containers/local.ts';
import { type DeafSocket, openDeafSocket } from '../support/deaf-socket.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { type SandboxStand, startSandboxStand } from '../support/sandbox-stand.ts';
import { containerEnv, describeContainers, run } from './stand.ts';

describeContainers('an engine that never answers the start of a program', () => {
  let engine: DeafSocket;
  let stand: SandboxStand;

  beforeAll(async () => {
    const found = await findContainers({ ...process.env, ...containerEnv }, () => undefined);
    if (!found.ok) throw new Error(found.why);
    engine = await openDeafSocket(found.containers.socket);
    stand = await startSandboxStand({ ...found.containers, socket: engine.host });
  });
  afterAll(async () => {
    await stand?.close();
    await engine?.close();
  });

  it('holds up nobody for good: the command is lost, and the next one runs', async () => {
    const sandbox = stand.sandbox('deaf');
    const files = new MemoryFiles();
    files.set('a.txt', 'kept\n');
    await sandbox.files.fill(files);
    engine.setDeaf(true);
    const [ran, stopped] = await Promise.all([
      run(sandbox, 'echo never'),
      sandbox.processes.stop('server').catch((error: Error) => error.message),
    ]);
    expect(ran).toMatchObject({ out: '', ended: 'lost' });
    expect(stopped).not.toBe(true);
    expect(engine.unheard()).toBeGreaterThan(0);
    engine.setDeaf(false);
    // As a session does: the container's object has just begun anew.
    await sandbox.files.fill(files).catch(() => sandbox.files.fill(files));
    expect(await run(sandbox, 'cat a.txt')).toMatchObject({ out: 'kept\n', ended: 'exited', code: 0 });
  });
});
