import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Docker engine's socket that can be told to leave the start of programs unanswered, as an engine does whose container was just killed. */
export interface DeafSocket {
  /** For `DOCKER_HOST`. */
  host: string;
  isDeaf: boolean;
  /** Starts that were left unanswered. */
  unheard: number;
  close(): void;
}

/** @param host of the engine: `unix:` and a path */
export async function openDeafSocket(host: string): Promise<DeafSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'redraw-socket-'));
  const path = join(folder, 'docker.sock');
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect(host.replace(/^unix:\/\//, ''));
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
    engine.pipe(client);
    client.on('data', (data) => {
      if (deaf.isDeaf && /^POST \S*\/exec\/\w+\/start /.test(data.toString('latin1'))) deaf.unheard += 1;
      else engine.write(data);
    });
  });
  const deaf: DeafSocket = {
    host: `unix://${path}`,
    isDeaf: false,
    unheard: 0,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return deaf;
}
