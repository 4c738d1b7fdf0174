import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { mark, markedProcesses } from '../support/marked-processes.ts';
import { Visitor } from '../support/visitor.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'redraw-stop-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

interface Started {
  child: ChildProcess;
  port: number;
  output(): string;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

interface Start {
  port?: number;
  stateDir?: string;
  command?: string[];
}

/** Starts Redraw with the demo model; resolves when it is ready or has ended. */
async function start({ port, stateDir = state, command }: Start = {}): Promise<Started> {
  const at = port ?? (await freePort());
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, ...env } = process.env;
  const [program = '', ...args] = command ?? [process.execPath, 'scripts/start.ts'];
  const child = spawn(program, args, {
    cwd: root,
    env: { ...env, REDRAW_CONTAINERS: 'off', PORT: String(at), REDRAW_STATE: stateDir, [mark]: state },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stderr?.on('data', (data) => {
    printed += String(data);
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const ready = new Promise<void>((resolve) => {
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed += `${line}\n`;
      if (line.startsWith('Redraw is ready on')) resolve();
    });
  });
  await Promise.race([ready, ended]);
  return { child, port: at, output: () => printed, ended };
}

/** The processes that a start has left behind. */
const left = (): string[] => markedProcesses(state);

/** The lines that a start prints on a machine without settings. */
const greeting = (port: number): string[] => [
  'No ANTHROPIC_API_KEY is set: the demo model answers, a scripted stand-in for Claude.',
  'Apps run in the browser only, commands and servers do not: REDRAW_CONTAINERS is off.',
  `Redraw is ready on http://localhost:${port}`,
];

/** Sends a signal while a turn runs. */
async function expectCleanStop({ child, port, output, ended }: Started, signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  expect(left().some((line) => line.includes('workerd'))).toBe(true);
  const response = await new Visitor(`http://localhost:${port}`).call('POST', '/api/chat', { prompt: 'a timer' });
  expect(response.status).toBe(200);
  child.kill(signal);
  await response.text().catch(() => '');
  expect(await ended).toEqual({ code: 0, signal: null });
  await expect.poll(left).toEqual([]);
  expect(output()).not.toMatch(/error/i);
}

it('is not started twice, the port or the state is taken; stops cleanly on SIGINT while a turn runs', async () => {
  const first = await start();
  expect(first.output().trimEnd().split('\n')).toEqual(greeting(first.port));
  const elsewhere = join(state, 'another');
  const [samePort, sameState] = await Promise.all([start({ port: first.port, stateDir: elsewhere }), start()]);
  expect(await samePort.ended).toEqual({ code: 1, signal: null });
  expect(samePort.output()).toMatch(/^PORT \d+ is in use[^\n]*\.\n$/);
  expect(await sameState.ended).toEqual({ code: 1, signal: null });
  expect(sameState.output()).toMatch(/^REDRAW_STATE is in use[^\n]*\.\n$/);
  expect((await new Visitor(`http://localhost:${first.port}`).call('GET', '/api/account')).status).toBe(200);
  await expectCleanStop(first, 'SIGINT');
});

it('leaves nothing behind when it is killed, goes on with the same state at the next start, and hears the SIGTERM that npm gets', async () => {
  const first = await start();
  const visitor = new Visitor(`http://localhost:${first.port}`);
  const { session } = await visitor.build('a timer');
  first.child.kill('SIGKILL');
  expect(await first.ended).toEqual({ code: null, signal: 'SIGKILL' });
  await expect.poll(left).toEqual([]);

  const second = await start({ port: first.port, command: ['npm', 'start'] });
  expect(second.output().trimEnd().split('\n').slice(-3)).toEqual(greeting(first.port));
  expect(await visitor.json('GET', '/api/sessions')).toMatchObject([{ session }]);
  await expectCleanStop(second, 'SIGTERM');
});
