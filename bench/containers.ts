import { randomBytes } from 'node:crypto';
import { findContainers, type LocalContainers } from '../scripts/containers/local.ts';
import type { Sandbox } from '../src/sandbox/sandbox-interface.ts';
import { startSimulator } from '../test/claude-simulator/simulator.ts';
import { previewFrame, visitorOf } from '../test/support/browser-visitor.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { startContainerWorker } from '../test/support/container-worker.ts';
import { MemoryFiles } from '../test/support/memory-files.ts';
import { spawnRedraw } from '../test/support/spawn-redraw.ts';
import type { Redraw } from '../test/support/start-redraw.ts';
import { NotHere, type Part, type Scope } from './support/part.ts';
import { progress, type Row, row } from './support/report.ts';

/** Files of the project that is synced with the container. */
const fileCount = 200;
const fileBytes = 6_000;

/** Times of operations in a container, on this machine's engine. Milliseconds. */
interface ContainerSamples {
  cold: number[];
  warm: number[];
  fill: number[];
  collect: number[];
  /** From sending an edit to the repaint in the browser, through a dev server with hot reload. */
  hot: number[];
}

async function run(sandbox: Sandbox, command: string): Promise<void> {
  for await (const event of sandbox.exec({ command }, new AbortController().signal))
    if (event.type === 'end' && event.code !== 0)
      throw new Error(`${command}: ${event.ended}, exit code ${event.code}`);
}

async function timed(into: number[], work: () => Promise<unknown>): Promise<void> {
  const begun = performance.now();
  await work();
  into.push(performance.now() - begun);
}

function project(): MemoryFiles {
  const files = new MemoryFiles();
  for (let at = 0; at < fileCount; at++) files.set(`src/${at % 20}/${at}.bin`, new Uint8Array(randomBytes(fileBytes)));
  return files;
}

async function measureDriver(
  containers: LocalContainers,
  samples: ContainerSamples,
  { onEnd, signal }: Scope,
): Promise<void> {
  const stand = await startContainerWorker(containers);
  onEnd(() => stand.close());
  for (let at = 0; at < 3; at++) {
    signal.throwIfAborted();
    const sandbox = stand.sandbox(`bench-${at}`);
    await timed(samples.cold, () => run(sandbox, 'true'));
    for (let again = 0; again < 8; again++) await timed(samples.warm, () => run(sandbox, 'true'));
    const files = project();
    await timed(samples.fill, () => sandbox.files.fill(files));
    await run(sandbox, 'for file in src/*/*; do echo >> "$file"; done');
    await timed(samples.collect, () => files.collect(sandbox));
    await sandbox.destroy();
  }
}

const app: Record<string, string> = {
  'package.json': '{"private":true,"type":"module","devDependencies":{"vite":"8.3.8"}}',
  'index.html': '<!doctype html><h1></h1><script type="module" src="/main.js"></script>',
  'main.js':
    "import { edition } from './edition.js';\nconst show = (text) => { document.querySelector('h1').textContent = text; };\nshow(edition);\nimport.meta.hot.accept('./edition.js', (changed) => show(changed.edition));\n",
  'edition.js': "export const edition = 'edition 0';\n",
};

/** A Redraw whose Claude runs `npm install` and starts Vite on port 5173 at any prompt. */
async function startHotRedraw({ onEnd }: Scope): Promise<Redraw> {
  const call = (name: string, input: Record<string, string | number>) => ({
    content: [{ type: 'tool_use' as const, name, input }],
  });
  const simulator = await startSimulator({
    script: [
      call('bash', { command: 'npm install' }),
      call('start_server', { command: 'npx vite --port 5173', port: 5173 }),
      { content: ['Done.'] },
    ],
    repeatLast: true,
  });
  onEnd(() => simulator.close());
  const redraw = await spawnRedraw({
    ANTHROPIC_API_KEY: 'sk-ant-bench',
    ANTHROPIC_BASE_URL: simulator.url,
    REDRAW_CONTAINERS: 'on',
  });
  onEnd(() => redraw.close());
  return redraw;
}

async function measureHot(samples: ContainerSamples, scope: Scope): Promise<void> {
  const redraw = await startHotRedraw(scope);
  const browser = await launchChromium();
  scope.onEnd(() => browser.close());
  const context = await browser.newContext();
  const visitor = await visitorOf(context, redraw.url);
  const { session, previewUrl } = await visitor.json<{ session: string; previewUrl: string }>(
    'POST',
    '/api/sessions',
    {},
  );
  const put = (path: string, text: string): Promise<Response> =>
    visitor.call('PUT', `/api/sessions/${session}/files/${path}`, new TextEncoder().encode(text));
  for (const [path, text] of Object.entries(app)) await put(path, text);
  await visitor.build('Run it', session);
  const page = await context.newPage();
  await page.goto(`${redraw.url}/s/${session}`);
  /** The page may replace the preview's frame. */
  const shows = async (at: number): Promise<void> => {
    const seen = `document.querySelector('h1')?.textContent === 'edition ${at}'`;
    for (;;) {
      scope.signal.throwIfAborted();
      const frame = await previewFrame(page, previewUrl);
      try {
        await frame.waitForFunction(seen, { timeout: 60_000 });
        return;
      } catch (error) {
        if (!frame.isDetached()) throw error;
      }
    }
  };
  await shows(0);
  await scope.repeat({ least: 3, most: 8 }, async (time) => {
    const at = time + 1;
    const shown = shows(at);
    await timed(samples.hot, async () => {
      await put('edition.js', `export const edition = 'edition ${at}';\n`);
      await shown;
    });
  });
}

function rowsOf({ cold, warm, fill, collect, hot }: ContainerSamples): Row[] {
  const line = (key: string, name: string, samples: number[]): Row =>
    row(`containers.${key}`, `container: ${name}`, 'ms', samples);
  return [
    line('cold', 'cold start to the end of the first command', cold),
    line('warm', 'a command, warm', warm),
    line('fill', `fill with ${fileCount} files, 1.2 MB`, fill),
    line('collect', `collect ${fileCount} changed files`, collect),
    line('hot', 'edit to hot reload seen in the browser', hot),
  ];
}

/** Containers on this machine's engine. */
export const containers: Part = {
  name: 'containers',
  async run(scope) {
    const found = await findContainers(process.env, progress);
    if (!found.ok) throw new NotHere(`no container can run here: ${found.why}`);
    scope.signal.throwIfAborted();
    const samples: ContainerSamples = { cold: [], warm: [], fill: [], collect: [], hot: [] };
    await measureDriver(found.containers, samples, scope);
    await measureHot(samples, scope);
    return rowsOf(samples);
  },
};
