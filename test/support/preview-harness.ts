import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { buildShelf } from '../../scripts/build-shelf.ts';
import { parsePreviewHost, previewUrl } from '../../src/preview/preview-host.ts';
import { toPreviewRequest } from '../../src/preview/serve-project-file.ts';
import { newId } from '../../src/protocol/id.ts';
import type { MemoryProject } from '../preview/memory-project.ts';
import { launchChromium } from './chromium.ts';

const root = join(import.meta.dirname, '../..');
const page = `<!doctype html><html><head><meta charset="utf-8"><title>Stage</title><link rel="icon" href="data:,">
<style>html,body{margin:0;height:100%}#stage{height:100vh}</style></head><body><div id="stage"></div><script type="module" src="/stage.js"></script></body></html>`;

/** An event of the frame swapper on the harness's page. */
export interface Seen {
  at: number;
  type: 'loading' | 'shown' | 'problem' | 'report' | 'path' | 'lost' | 'notice';
  data: unknown;
}

/** The module of that page: a frame swapper (`window.stage`), and a list of its events. */
const pageModule = `
// The page replaces a document that is late by another. What is late on a busy machine is not broken.
const set = window.setTimeout;
window.setTimeout = (work, ms, ...rest) => set(work, ms >= 2500 ? 600_000 : ms, ...rest);
import { createFrameSwapper } from ${JSON.stringify(join(root, 'web/preview/frame-swapper.ts'))};
const seen = [];
const on = (type) => (data) => { seen.push({ at: performance.now(), type, data }); };
const events = Object.fromEntries(['loading', 'shown', 'problem', 'report', 'path', 'lost', 'notice'].map((type) => [type, on(type)]));
window.seen = seen;
window.stage = createFrameSwapper(document.getElementById('stage'), events, { title: 'Preview' });
`;

async function bundlePage(): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'virtual:page' ? `\0${id}` : null),
        load: (id) => (id === '\0virtual:page' ? pageModule : null),
      },
    ],
    build: { write: false, minify: false, rolldownOptions: { input: 'virtual:page' } },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) => ('output' in one ? one.output : []));
  const chunk = outputs.find((one) => one.type === 'chunk');
  if (!chunk) throw new Error('The page of the harness was not built.');
  return chunk.code;
}

/** The preview without the rest of Redraw: preview hosts, and a page that shows them with the real frame swapper, in Chromium. */
export interface PreviewHarness {
  browser: Browser;
  origin: string;
  /** Gives a project a preview host. */
  open(project: MemoryProject): { label: string; url: string; origin: string };
  /** Every request that reached a preview host, as `<method> <path> <status>`. */
  requests: string[];
  /** Opens a page that shows no preview yet. */
  openPage(): Promise<Page>;
  close(): Promise<void>;
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, [...answer.headers].flat());
  response.end(Buffer.from(await answer.arrayBuffer()));
}

export async function openPreviewHarness(port = 0): Promise<PreviewHarness> {
  const shelf = await buildShelf({ outDir: 'dist/assets' });
  const script = await bundlePage();
  const projects = new Map<string, MemoryProject>();
  const requests: string[] = [];
  const html = (text: string, type: string) => new Response(text, { headers: { 'content-type': type } });

  const answer = async (request: IncomingMessage): Promise<Response> => {
    const { host = '', ...others } = request.headers;
    const url = new URL(request.url ?? '/', `http://${host}`);
    if (url.pathname.startsWith('/_redraw/shelf/')) {
      const headers = { 'content-type': 'text/javascript', 'cache-control': 'public, max-age=31536000, immutable' };
      return new Response(readFileSync(join(root, 'dist/assets', url.pathname)), { headers });
    }
    const name = parsePreviewHost(host, origin.slice('http://'.length));
    if (!name) return url.pathname === '/stage.js' ? html(script, 'text/javascript') : html(page, 'text/html');
    const project = projects.get(name.label);
    if (!project) return new Response(null, { status: 404 });
    const headers = Object.entries(others).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : [],
    );
    const asked = toPreviewRequest(new Request(url, { headers }));
    const {
      status,
      headers: given,
      body,
    } = project.serve({ ...asked, method: request.method ?? 'GET' }, { frameAncestors: [origin], shelf });
    requests.push(`${request.method} ${url.pathname}${url.search} ${status}`);
    return new Response(body as BodyInit | null, { status, headers: given });
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (made) => send(response, made),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  const browser = await launchChromium();
  return {
    browser,
    origin,
    requests,
    open(project) {
      const label = newId();
      projects.set(label, project);
      const url = previewUrl(label, host, 'http:');
      return { label, url, origin: new URL(url).origin };
    },
    async openPage() {
      const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
      const tab = await context.newPage();
      await tab.goto(origin);
      await tab.waitForFunction('window.stage');
      return tab;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits for an event on the harness's page, as long as the test may take. @returns the data of the first that fits */
export async function waitFor<T = unknown>(tab: Page, type: Seen['type'], fits = 'true'): Promise<T> {
  const found = await tab.waitForFunction(
    `window.seen.find(({ type, data, at }) => type === ${JSON.stringify(type)} && (${fits}))`,
    undefined,
    { timeout: 0 },
  );
  return ((await found.jsonValue()) as Seen).data as T;
}
