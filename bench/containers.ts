import { randomBytes } from 'node:crypto';
import { findContainers, type LocalContainers } from '../scripts/containers/local.ts';
import type { Sandbox } from '../src/sandbox/sandbox-interface.ts';
import { startSimulator } from '../test/claude-simulator/simulator.ts';
import { previewFrame, visitorOf } from '../test/support/browser-visitor.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { startContainerWorker } from '../test/support/container-worker.ts';
import { MemoryFiles } from '../test/support/memory-files.ts';
import { type Redraw, startRedraw } from '../test/support/start-redraw.ts';
import { print, type Row, row } from './support/report.ts';

/** Files of the project that is synced with the container. */
const fileCount = 200;
const fileBytes = 6_000;

/** Times of operations in a container, on this machine's engine. Milliseconds. */
export interface ContainerSamples {
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

async function measureDriver(containers: LocalContainers, samples: ContainerSamples): Promise<void> {
  const stand = await startContainerWorker(containers);
  try {
    for (let at = 0; at < 5; at++) {
      const sandbox = stand.sandbox(`bench-${at}`);
      await timed(samples.cold, () => run(sandbox, 'true'));
      for (let again = 0; again < 8; again++) await timed(samples.warm, () => run(sandbox, 'true'));
      const files = project();
      await timed(samples.fill, () => sandbox.files.fill(files));
      await run(sandbox, 'for file in src/*/*; do echo >> "$file"; done');
      await timed(samples.collect, () => files.collect(sandbox));
      await sandbox.destroy();
    }
  } finally {
    await stand.close();
  }
}

const app: Record<string, string> = {
  'package.json': '{"private":true,"type":"module","devDependencies":{"vite":"8.3.8"}}',
  'index.html': '<!doctype html><h1></h1><script type="module" src="/main.js"></script>',
  'main.js':
    "import { edition } from './edition.js';\nconst show = (text) => { document.querySelector('h1').textContent = text; };\nshow(edition);\nimport.meta.hot.accept('./edition.js', (changed) => show(changed.edition));\n",
  'edition.js': "export const edition = 'edition 0';\n",
};

/** @param redraw a Redraw whose Claude runs `npm install` and starts Vite on port 5173 at any prompt */
async function measureHot(redraw: Redraw, samples: ContainerSamples): Promise<void> {
  const browser = await launchChromium();
  try {
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
    for (let at = 1; at <= 10; at++) {
      const shown = shows(at);
      await timed(samples.hot, async () => {
        await put('edition.js', `export const edition = 'edition ${at}';\n`);
        await shown;
      });
    }
  } finally {
    await browser.close();
  }
}

/** @returns null where no container can run here */
export async function measureContainers(): Promise<ContainerSamples | null> {
  const found = await findContainers(process.env, () => undefined);
  if (!found.ok) return null;
  const samples: ContainerSamples = { cold: [], warm: [], fill: [], collect: [], hot: [] };
  await measureDriver(found.containers, samples);
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
  const redraw = await startRedraw({
    ANTHROPIC_API_KEY: 'sk-ant-bench',
    ANTHROPIC_BASE_URL: simulator.url,
    REDRAW_CONTAINERS: 'on',
  });
  try {
    await measureHot(redraw, samples);
  } finally {
    await redraw.close();
    await simulator.close();
  }
  return samples;
}

export function containerRows(samples: ContainerSamples | null): Row[] {
  const line = (name: string, what: keyof ContainerSamples): Row => row(name, 'ms', { one: samples?.[what] ?? [] });
  return [
    line('container: cold start to the end of the first command', 'cold'),
    line('container: a command, warm', 'warm'),
    line(`container: fill with ${fileCount} files, 1.2 MB`, 'fill'),
    line(`container: collect ${fileCount} changed files`, 'collect'),
    line('container: edit to hot reload seen in the browser', 'hot'),
  ];
}

if (import.meta.main) print(containerRows(await measureContainers()), 0);
