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

/** Starts Redraw with the demo model; resolves when it is ready or has ended. */
async function start(port?: number, command = [process.execPath, 'scripts/start.ts']): Promise<Started> {
  const at = port ?? (await freePort());
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, ...env } = process.env;
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...env, REDRAW_CONTAINERS: 'off', PORT: String(at), REDRAW_STATE: state, [mark]: state },
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

it.each(['SIGINT', 'SIGTERM'] as const)('stops cleanly on %s, also while a turn runs', async (signal) => {
  const { child, port, output, ended } = await start();
  expect(output().trimEnd().split('\n')).toEqual([
    'No ANTHROPIC_API_KEY is set: the demo model answers, a scripted stand-in for Claude.',
    'Apps run in the browser only, commands and servers do not: REDRAW_CONTAINERS is off.',
    `Redraw is ready on http://localhost:${port}`,
  ]);
  expect(left().some((line) => line.includes('workerd'))).toBe(true);
  const response = await new Visitor(`http://localhost:${port}`).call('POST', '/api/chat', { prompt: 'a timer' });
  expect(response.status).toBe(200);
  child.kill(signal);
  await response.text().catch(() => '');
  expect(await ended).toEqual({ code: 0, signal: null });
  await expect.poll(left).toEqual([]);
  expect(output()).not.toMatch(/error/i);
});

it('hears the signal that npm gets', async () => {
  const { child, ended } = await start(undefined, ['npm', 'start']);
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
  await expect.poll(left).toEqual([]);
});

it('leaves nothing behind when it is killed, and goes on with the same state at the next start', async () => {
  const first = await start();
  const visitor = new Visitor(`http://localhost:${first.port}`);
  const { session } = await visitor.build('a timer');
  first.child.kill('SIGKILL');
  expect(await first.ended).toEqual({ code: null, signal: 'SIGKILL' });
  await expect.poll(left).toEqual([]);

  const second = await start(first.port);
  expect(await visitor.json('GET', '/api/sessions')).toMatchObject([{ session }]);
  second.child.kill('SIGTERM');
  expect(await second.ended).toEqual({ code: 0, signal: null });
});

it('is not started twice: the port or the state is taken', async () => {
  const first = await start();
  for (const port of [first.port, undefined]) {
    const second = await start(port);
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.output()).toMatch(/^(PORT|REDRAW_STATE)[^\n]* in use[^\n]*\.\n$/);
  }
  expect((await new Visitor(`http://localhost:${first.port}`).call('GET', '/api/account')).status).toBe(200);
  first.child.kill('SIGINT');
  expect(await first.ended).toEqual({ code: 0, signal: null });
  await expect.poll(left).toEqual([]);
});
