import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transform } from 'sucrase';
import { buildAll } from '../../scripts/build.ts';
import { startServer } from '../../scripts/server.ts';
import type { Answer } from '../../test/claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../../test/claude-simulator/simulator.ts';
import { fetchOnce } from '../../test/support/fetch-once.ts';
import { freePort } from '../../test/support/free-port.ts';
import { Visitor } from '../../test/support/visitor.ts';
import type { Ledger } from '../meter/ledger.ts';

const root = join(import.meta.dirname, '../..');

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

const javascriptOf = (source: string): string =>
  transform(source, { transforms: ['typescript'], disableESTransforms: true }).code;

/** The built Worker under the name of its source, behind the meter's entry. */
function meteredModules(): { type: 'ESModule'; path: string; contents: string }[] {
  const meter = globSync('bench/meter/*.ts', { cwd: root })
    .sort((a, b) => Number(b.endsWith('/entry.ts')) - Number(a.endsWith('/entry.ts')))
    .map((path) => ({
      path: join(root, path),
      contents: javascriptOf(readFileSync(join(root, path), 'utf8')),
    }));
  const worker = {
    path: join(root, 'src/worker.ts'),
    contents: readFileSync(join(root, 'dist/worker/worker.js'), 'utf8'),
  };
  return [...meter, worker].map((module) => ({ type: 'ESModule', ...module }));
}

/** A Redraw that counts what Cloudflare bills for, and whose Claude is a simulator. */
export interface MeteredStand {
  url: string;
  /** A new visitor. */
  visitor(): Visitor;
  /** Binds answers of Claude to a new prompt, and returns it. */
  prompt(answers: readonly Answer[]): string;
  /** Begins to count anew. */
  reset(): Promise<void>;
  /** Waits until no object has anything under way. @returns what was counted since the reset */
  rest(): Promise<Ledger>;
  /** Lets so many milliseconds pass at once; alarms ring in their order. */
  advance(ms: number): Promise<Ledger>;
  /** Holds each call between objects up by so many milliseconds. */
  hold(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Sends a prompt and reads its turn to the end. @returns the session's id, the URL of its preview, and how long the turn took in the time of the Worker */
export async function buildTurn(
  visitor: Visitor,
  prompt: string,
  session?: string,
): Promise<{ session: string; previewUrl: string; durationMs: number }> {
  const response = await visitor.call('POST', '/api/chat', { prompt, ...(session ? { session } : {}) });
  const text = await response.text();
  const first = /^event: session\ndata: (.*)$/m.exec(text)?.[1];
  if (first === undefined || !/^event: turn_finished\ndata: .*"state":"completed"/m.test(text))
    throw new Error(`A turn was not completed: ${response.status} ${text.slice(-1_000)}`);
  const durationMs = Number(/^event: usage\ndata: .*"durationMs":(\d+)/m.exec(text)?.[1]);
  if (Number.isNaN(durationMs)) throw new Error('A turn did not say how long it took.');
  return { ...(JSON.parse(first) as { session: string; previewUrl: string }), durationMs };
}

/** The same text in a fraction of the time, by longer pieces: more timers than these would make a busy machine's turn longer. */
function hastened(answer: Answer, pace: number): Answer {
  const { chunkSize, toolChunkSize } = answer;
  return {
    ...answer,
    ...(chunkSize ? { chunkSize: chunkSize * pace } : {}),
    ...(toolChunkSize ? { toolChunkSize: toolChunkSize * pace } : {}),
  };
}

/** @param pace how many times as fast the time of the Worker passes, and Claude writes; a whole number */
export async function startMeteredStand(pace = 1): Promise<MeteredStand> {
  await buildAll();
  const simulator: Simulator = await startSimulator({ script: [{}], repeatLast: true });
  const stateDir = mkdtempSync(join(tmpdir(), 'redraw-metered-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const server = await startServer({
    port,
    stateDir,
    modules: meteredModules(),
    bindings: {
      PREVIEW_HOST: `localhost:${port}`,
      SESSION_SECRET: 'bench-session-secret-0123456789abcdef',
      VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
      ANTHROPIC_API_KEY: 'sk-ant-bench',
      ANTHROPIC_BASE_URL: simulator.url,
      ANON_TURN_LIMIT: '1000000',
      HOSTED_DAILY_USD: '100000000',
      // Not the default: it exempts this machine, and a visitor's first turn would be counted without what a stranger's costs.
      NEW_VISITORS_PER_ADDRESS: '1000000',
    },
  });
  const control = async (call: string): Promise<Ledger> => {
    const response = await fetchOnce(`${url}/__meter/${call}`);
    if (!response.ok) throw new Error(`The meter answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Ledger;
  };
  // One in the morning: nothing that is counted may be cut in two by the end of a day.
  await control(`advance?ms=${dayMs - (Date.now() % dayMs) + hourMs}`);
  await control(`pace?factor=${pace}`);
  let prompts = 0;
  return {
    url,
    visitor: () => new Visitor(url),
    prompt: (answers) => {
      const prompt = `Change the app. [bench ${++prompts}]`;
      simulator.script(
        answers.map((answer) => (answer.delayMs ? hastened(answer, pace) : answer)),
        { text: prompt },
      );
      return prompt;
    },
    reset: async () => {
      await control('rest');
      await control('reset');
    },
    rest: () => control('rest'),
    advance: (ms) => control(`advance?ms=${ms}`),
    hold: async (ms) => {
      await control(`hold?ms=${ms}`);
    },
    close: async () => {
      await server.close();
      await simulator.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
