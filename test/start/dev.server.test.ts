import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { de } from '../../web/strings/de/first-load.ts';
import { freePort } from '../support/free-port.ts';
import { mark, markedProcesses } from '../support/marked-processes.ts';
import { Visitor } from '../support/visitor.ts';

const root = join(import.meta.dirname, '../..');

/** A copy of the repository, so that no edit touches the files under test. */
let copy = '';
let url = '';
let child: ChildProcess;
let printed = '';
let ended: Promise<unknown[]>;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'redraw-dev-'));
  const parts = ['src', 'web', 'scripts', 'test', 'container', 'docs', 'dist'];
  for (const name of [...parts, 'package.json', 'package-lock.json', 'wrangler.toml', 'tsconfig.base.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const port = await freePort();
  url = `http://localhost:${port}`;
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, ...env } = process.env;
  child = spawn(process.execPath, ['scripts/dev.ts'], {
    cwd: copy,
    env: { ...env, REDRAW_CONTAINERS: 'off', PORT: String(port), [mark]: copy },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ended = new Promise((resolve) => child.once('close', (...how) => resolve(how)));
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => {
        printed += data;
        if (printed.includes(`ready on ${url}`)) resolve();
      });
  });
  await Promise.race([ready, ended]);
});
afterAll(async () => {
  child.kill('SIGKILL');
  await ended;
  rmSync(copy, { recursive: true, force: true });
});

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(join(copy, path), 'utf8');
  expect(text, path).toContain(from);
  writeFileSync(join(copy, path), text.replace(from, to));
}

/** A page's text; empty while the Worker is exchanged. */
const textOf = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
  try {
    return await (await fetch(`${url}${path}`, { headers })).text();
  } catch {
    return '';
  }
};

it('starts as npm start does, and names the inspector', () => {
  expect(printed).toContain('the demo model answers');
  expect(printed).toMatch(/Inspector of the Worker: 127\.0\.0\.1:\d+\n/);
});

/** Connects a debugger as a page of an origin does, or without one as a program does. */
function attachDebugger(origin?: string): WebSocket {
  const [, inspector = ''] = /Inspector of the Worker: (\S+)/.exec(printed) ?? [];
  // Node's WebSocket takes headers, which the types of browsers do not know.
  const options = { headers: origin === undefined ? {} : { Origin: origin } } as unknown as string[];
  return new WebSocket(`ws://${inspector}/redraw`, options);
}

/** Whether the runtime answers a debugger that just connects. */
function answers(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.addEventListener('open', () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.getIsolateId' })));
    socket.addEventListener('message', ({ data }) => resolve(JSON.parse(data).id === 1));
    socket.addEventListener('close', () => resolve(false));
  });
}

async function debuggerAnswers(origin?: string): Promise<boolean> {
  const socket = attachDebugger(origin);
  const answered = await answers(socket);
  socket.close();
  return answered;
}

it('lets debuggers of this machine in, and pages of websites not', async () => {
  expect(await debuggerAnswers()).toBe(true);
  expect(await debuggerAnswers('http://localhost:9000')).toBe(true);
  expect(await debuggerAnswers('devtools://devtools')).toBe(true);
  expect(await debuggerAnswers('https://website.example')).toBe(false);
  expect(await debuggerAnswers('http://localhost.website.example')).toBe(false);
});

it('lets the newest debugger take over', async () => {
  const first = attachDebugger();
  const firstLeft = new Promise((resolve) => first.addEventListener('close', resolve));
  expect(await answers(first)).toBe(true);
  const second = attachDebugger();
  expect(await answers(second)).toBe(true);
  await firstLeft;
  second.close();
  for (let time = 0; time < 100; time++) expect(await debuggerAnswers(), `time ${time}`).toBe(true);
});

it('tells debuggers what there is to debug', async () => {
  const [, inspector = ''] = /Inspector of the Worker: (\S+)/.exec(printed) ?? [];
  const targets = await (await fetch(`http://${inspector}/json/list`)).json();
  expect(targets).toMatchObject([{ type: 'node', webSocketDebuggerUrl: `ws://${inspector}/redraw` }]);
});

it('serves the pages of all languages from the sources, under the policy of production', async () => {
  const german = await fetch(url, { headers: { 'Accept-Language': 'de' } });
  const page = await german.text();
  expect(page).toContain('<html lang="de">');
  expect(page).toContain(de.landing.heading);
  expect(page).toMatch(/src="[^"]+\/@vite\/client"/);
  expect(page).toMatch(/src="[^"]+\/early\.js"/);
  for (const [, address = ''] of page.matchAll(/(?:src|href)="([^"#]+)"/g))
    expect((await fetch(new URL(address, url), { headers: { Accept: '*/*' } })).status, address).toBe(200);
  const policy = german.headers.get('Content-Security-Policy') ?? '';
  expect(policy).toMatch(/script-src 'self';.*require-trusted-types-for 'script'/);
  expect(policy).not.toContain('unsafe');
  expect(await textOf('/')).not.toMatch(/%\w+\.\w+%/);
});

it('keeps other files of the repository, and preview hosts, from the page', async () => {
  writeFileSync(join(copy, '.dev.vars'), 'SECRET=1');
  expect(await textOf(`/_redraw/app/@fs${copy}/.dev.vars?raw`)).not.toContain('SECRET=1');
  const host = `${'a'.repeat(26)}.${new URL(url).host}`;
  const preview = get(`${url}/_redraw/app/ui/toasts.ts`, { headers: { host } });
  const [answer] = (await once(preview, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(404);
});

it('brings an edit of src/ live, keeps the state, and keeps up the last good build', async () => {
  const visitor = new Visitor(url);
  const { session } = await visitor.build('a timer');
  edit('src/routes/pages.ts', 'There is nothing at this address', 'Gone fishing');
  await expect
    .poll(async () => {
      // Editors attach their debugger again and again while the Worker is exchanged.
      await debuggerAnswers();
      return textOf('/_redraw/nope');
    })
    .toContain('Gone fishing');
  expect(await debuggerAnswers()).toBe(true);
  await expect.poll(() => printed).toMatch(/Worker: bundled in \d+ ms, reloaded in \d+ ms/);
  expect(await visitor.json('GET', '/api/sessions')).toMatchObject([{ session }]);

  edit('src/routes/pages.ts', 'Gone fishing', "Gone' fishing");
  await expect.poll(() => printed).toMatch(/The Worker does not build[\s\S]*src\/routes\/pages\.ts/);
  expect(await textOf('/_redraw/nope')).toContain('Gone fishing');

  edit('src/routes/pages.ts', "Gone' fishing", 'Gone fishing');
  edit('src/routes/pages.ts', 'import ', "import 'hono-accepts';\nimport ");
  await expect.poll(() => printed).toContain('src/routes/pages.ts imports hono-accepts, which is not installed.');
  edit('src/routes/pages.ts', "import 'hono-accepts';\n", '');
  edit('src/routes/pages.ts', 'Gone fishing', 'Back soon');
  await expect.poll(() => textOf('/_redraw/nope')).toContain('Back soon');
});

it('keeps up the last good build where the new one does not start', async () => {
  await expect.poll(() => textOf('/_redraw/nope')).not.toBe('');
  const before = await textOf('/_redraw/nope');
  edit('src/worker.ts', 'export default app;', "export default app;\nthrow new Error('not today');");
  await expect
    .poll(() => printed)
    .toMatch(/The Worker does not start[^\n]*\n[^\n]*not today\n +at src\/worker\.ts:\d+:\d+\n/);
  await expect.poll(() => textOf('/_redraw/nope')).toBe(before);
  edit('src/worker.ts', "throw new Error('not today');", '');
});

it('prints stack traces with the places in src/', async () => {
  const head = 'export async function notFound(c: AppContext): Promise<Response> {\n';
  edit('src/routes/pages.ts', head, `${head}  if (c.req.path === '/boom') throw new Error('boom');\n`);
  const line = readFileSync(join(copy, 'src/routes/pages.ts'), 'utf8')
    .split("throw new Error('boom')")[0]
    ?.split('\n').length;
  await expect
    .poll(async () => {
      await textOf('/boom');
      return printed;
    })
    .toContain(`src/routes/pages.ts:${line}:`);
});

it('brings an edit of web/ live, and tells open pages of none that does not build', async () => {
  // The edits before may have made the Worker start twice.
  await expect.poll(() => textOf('/_redraw/app/ui/toasts.ts')).toContain('sourceMappingURL');
  writeFileSync(
    join(copy, 'web/ui/toasts.ts'),
    `${readFileSync(join(copy, 'web/ui/toasts.ts'), 'utf8')}\nexport const fresh = 1;\n`,
  );
  await expect.poll(() => textOf('/_redraw/app/ui/toasts.ts')).toContain('fresh');
  await expect.poll(() => printed).toMatch(/web\/ui\/toasts\.ts: live in \d+ ms/);
  edit('web/strings/de/first-load.ts', de.landing.heading, 'Frisch');
  await expect.poll(() => textOf('/', { 'Accept-Language': 'de' })).toContain('Frisch');
  await expect.poll(() => textOf('/nope', { 'Accept-Language': 'de' })).toContain('Hier ist nichts gezeichnet');
  edit('web/ui/toasts.ts', 'export const fresh = 1;', 'export const = 1;');
  await expect.poll(() => printed).toMatch(/The page does not build[\s\S]*toasts\.ts/);
});

it('brings an edit of the bridge into previews', async () => {
  const manifest = () => readFileSync(join(copy, 'src/preview/shelf.generated.json'), 'utf8');
  const before = manifest();
  writeFileSync(
    join(copy, 'web/bridge/bridge.ts'),
    `${readFileSync(join(copy, 'web/bridge/bridge.ts'), 'utf8')}\nwindow.name += 'x';\n`,
  );
  await expect.poll(manifest).not.toBe(before);
  const { bridge } = JSON.parse(manifest());
  await expect.poll(() => textOf(bridge)).toContain('window.name+=');
});

it('ends cleanly, and leaves no process behind', async () => {
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  await expect.poll(() => markedProcesses(copy)).toEqual([]);
});
