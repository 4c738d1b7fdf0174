import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';
import type { Redraw } from './start-redraw.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Starts a Redraw as `npm start` does, in a process of its own: for tests of that process and its output, and of containers. Others take
 * `startRedraw`.
 */
export async function spawnRedraw(settings: Record<string, string>): Promise<Redraw> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const state = mkdtempSync(join(tmpdir(), 'redraw-test-'));
  let env = settings;
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

  await start();
  return {
    url,
    port,
    state,
    output: async () => printed,
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
