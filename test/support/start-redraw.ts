import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

/** A Redraw started as by `npm start`, with its own port and state folder. */
export interface Redraw {
  /** For example `http://localhost:34567`. */
  url: string;
  port: number;
  /** Path of the state folder. */
  state: string;
  /** Its output so far. */
  output(): string;
  /** Kills it with SIGKILL, as a power cut would; resolves when it has ended. */
  kill(): Promise<void>;
  /** Starts it again on the same port and state, with some settings changed. */
  restart(changes?: Record<string, string>): Promise<void>;
  /** Stops it and deletes its state. */
  close(): Promise<void>;
}

/** A free port. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/**
 * @param settings for example `ANTHROPIC_BASE_URL` with the URL of a simulator; a function where they need Redraw's own URL
 * @param fillState puts something into the state folder before the start
 */
export async function startRedraw(
  settings: Record<string, string> | ((url: string) => Record<string, string>),
  fillState: (state: string) => void = () => undefined,
): Promise<Redraw> {
  let port = 0;
  let url = '';
  let env: Record<string, string> = {};
  const state = mkdtempSync(join(tmpdir(), 'redraw-test-'));
  fillState(state);
  let child: ChildProcess;
  let printed = '';

  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      child = spawn(process.execPath, ['scripts/start.ts'], {
        cwd: root,
        env: {
          ...process.env,
          REDRAW_CONTAINERS: 'off',
          CLAUDE_RETRY_BASE_MS: '10',
          ...env,
          PORT: String(port),
          REDRAW_STATE: state,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stderr?.on('data', (data) => {
        printed += String(data);
      });
      child.once('exit', () => reject(new Error(`Redraw ended before it was ready:\n${printed}`)));
      if (!child.stdout) return;
      createInterface({ input: child.stdout }).on('line', (line) => {
        printed += `${line}\n`;
        if (line.startsWith('Redraw is ready on')) resolve();
      });
    });

  const end = (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });

  for (let attempt = 1; ; attempt++) {
    port = await freePort();
    url = `http://localhost:${port}`;
    env = typeof settings === 'function' ? settings(url) : settings;
    try {
      await start();
      break;
    } catch (error) {
      // The free port may have been taken meanwhile.
      if (attempt === 3 || !(error instanceof Error && /PORT \d+ is in use/.test(error.message))) throw error;
    }
  }
  return {
    url,
    port,
    state,
    output: () => printed,
    kill: () => end('SIGKILL'),
    restart: (changes = {}) => {
      env = { ...env, ...changes };
      return start();
    },
    close: async () => {
      await end('SIGTERM');
      rmSync(state, { recursive: true, force: true });
    },
  };
}
