import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import type { FileEntry } from '../../src/protocol/resources.ts';
import { createFile, EventReader, only, replaceText, uniquePrompt, useSpawned } from '../support/running-redraw.ts';
import {
  bash,
  containerEnv,
  describeContainers,
  docker,
  killContainers,
  runningContainers,
  server,
} from './containers.ts';

/** A point of the turn: the event that marks it, and the function that kills the container then. */
type KillPoint = [name: string, isThere: (event: RedrawEvent) => boolean, kill: (state: string) => Promise<number>];

const files: Record<string, string> = {
  'package.json': JSON.stringify({
    private: true,
    type: 'module',
    scripts: { test: 'node --test', dev: 'node server.js' },
    dependencies: { greeting: 'file:./packages/greeting' },
  }),
  'packages/greeting/package.json': '{"name":"greeting","version":"1.0.0","type":"module","exports":"./index.js"}',
  'packages/greeting/index.js': "export const greeting = 'Hello';\n",
  'server.js':
    "import { createServer } from 'node:http';\nimport { greeting } from 'greeting';\ncreateServer((_, response) => response.end(greeting)).listen(4000);\n",
  'greeting.test.js':
    "import assert from 'node:assert';\nimport test from 'node:test';\nimport { greeting } from 'greeting';\ntest('greets', () => assert.ok(greeting));\n",
};

/** The turn: creates a project, installs its packages, runs its tests, starts its server, and changes it. */
const turn = [
  { content: Object.entries(files).map(([path, text]) => createFile(path, text)) },
  { content: [bash('echo installing; npm install && echo installed')] },
  { content: [bash('echo testing; npm test && echo tested > result.txt')] },
  { content: [server('npm run dev', 4000)] },
  { content: [replaceText('packages/greeting/index.js', 'Hello', 'Good morning')] },
  { content: [bash('cat packages/greeting/index.js')] },
  { content: ['Done.'] },
];

type When = KillPoint[1];
export const isCommandOutput =
  (text: string): When =>
  ({ type, data }) =>
    type === 'tool_output' && data.delta.includes(text);
export const isCommandEnd =
  (part: string): When =>
  ({ type, data }) =>
    type === 'tool' && data.state !== 'started' && data.title.includes(part);
export const isServerState =
  (state: string): When =>
  ({ type, data }) =>
    type === 'sandbox' && data.server?.state === state;
/** The changes are about to be sent to the server's container. */
export const isServerUpdate: When = ({ type, data }) => type === 'preview' && data.hot === true;
export const isContainerStart: When = ({ type, data }) => type === 'sandbox' && data.state === 'starting';

/** Waits for a running container (on a slow machine it may be starting again), then kills it. @returns how many were killed */
export const killNow = (state: string): Promise<number> => killOnce(state, async () => true);
/** Waits for the first file in the container, then kills it. */
export const killOnceFilled = (state: string): Promise<number> =>
  killOnce(state, async (name) => (await docker('exec', name, 'ls', '/app').catch(() => '')) !== '');

/** Kills exactly the containers that were looked at: others may have come or gone meanwhile. */
async function killOnce(state: string, isReady: (name: string) => Promise<boolean>): Promise<number> {
  const look = async (): Promise<string[] | null> => {
    const names = await runningContainers(state);
    return (await Promise.all(names.map(isReady))).some(Boolean) ? names : null;
  };
  return killContainers(await vi.waitUntil(look, { timeout: 240_000, interval: 20 }));
}

/** Kills the container at each of these points of the turn, each time in a new project. */
export function testKilled(points: KillPoint[]): void {
  describeContainers('a container that is killed', () => {
    const running = useSpawned({ ...containerEnv, ANON_TURN_LIMIT: '100' });

    it.each(points)('%s: the turn ends properly, and no file is lost', async (_, isPoint, kill) => {
      const { state } = running.redraw;
      await killContainers(await runningContainers(state));
      const visitor = running.visitor();
      const prompt = uniquePrompt();
      running.simulator.script(turn, { text: prompt });
      const reader = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
      const first = await reader.until('session');
      const { session } = first.data as { session: string };
      await reader.until(isPoint);
      expect(await kill(state)).toBe(1);
      const events = await reader.rest();
      expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed' });

      const kept = await visitor.json<FileEntry[]>('GET', `/api/sessions/${session}/files`);
      const hashes = new Map(kept.map(({ path, hash }) => [path, hash]));
      const wanted = { ...files, 'packages/greeting/index.js': "export const greeting = 'Good morning';\n" };
      for (const [path, text] of Object.entries(wanted))
        expect(hashes.get(path), path).toBe(createHash('sha256').update(text).digest('hex'));
      const installed = events.find((event) => isCommandEnd('installing')(event));
      if (/exit code 0/.test(String(installed?.type === 'tool' && installed.data.detail)))
        expect(hashes.has('package-lock.json')).toBe(true);

      // The next container has all of the project's files, and nothing else.
      const next = uniquePrompt();
      const list = "find . -name node_modules -prune -o -type f -printf '%P\\0' | xargs -0 sha256sum";
      running.simulator.script([{ content: [bash(list)] }, { content: ['Done.'] }], { text: next });
      const { events: after } = await visitor.build(next, session);
      const told = after.findLast((event) => event.type === 'tool')?.data.detail ?? '';
      const there = [...told.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)].map(([, hash, path]) => [path, hash]);
      expect(Object.fromEntries(there)).toEqual(Object.fromEntries(hashes));
    });
  });
}
