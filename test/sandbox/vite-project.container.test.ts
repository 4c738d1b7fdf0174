import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { previewFrame, visitorOf } from '../support/browser-visitor.ts';
import { launchChromium } from '../support/chromium.ts';
import { create, only, replace, uniquePrompt, useRunning } from '../support/running.ts';
import { bash, containerEnv, describeContainers, server } from './stand.ts';

const files = [
  create(
    'package.json',
    JSON.stringify({
      private: true,
      type: 'module',
      scripts: { dev: 'vite', test: 'vitest' },
      devDependencies: { vite: '8.3.8', vitest: '4.1.12' },
    }),
  ),
  create(
    'index.html',
    '<!doctype html><html lang="en"><head><title>Hot</title></head><body><h1></h1><script type="module" src="/src/main.ts"></script></body></html>',
  ),
  create('src/greeting.ts', "export const greeting: string = 'Hello';\n"),
  create(
    'src/main.ts',
    `import { greeting } from './greeting.ts';
const show = (text: string) => { document.querySelector('h1')!.textContent = text; };
show(greeting);
import.meta.hot?.accept('./greeting.ts', (changed) => show(changed?.greeting));
`,
  ),
  create(
    'src/greeting.test.ts',
    "import { expect, test } from 'vitest';\nimport { greeting } from './greeting.ts';\ntest('greets', () => expect(greeting).toBe('Hello'));\n",
  ),
];

/** Long enough for packages to come over the network. */
const slow = 180_000;

describeContainers('a Vite project', () => {
  const running = useRunning({ ...containerEnv, SANDBOX_SLEEP_SECONDS: '20' });
  vi.setConfig({ testTimeout: slow });
  let browser: Browser;
  let page: Page;
  let session = '';
  let previewUrl = '';

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  const heading = async (): Promise<string | null> => (await previewFrame(page, previewUrl)).textContent('h1');

  it('is made, installed, tested and served, and seen with hot reload', async () => {
    const context = await browser.newContext();
    const visitor = await visitorOf(context, running.redraw.url);
    const first = uniquePrompt('Make it a Vite project with vitest and run the tests');
    running.simulator.script(
      [
        { content: files },
        { content: [bash('npm install')] },
        { content: [bash('npm test')] },
        { content: [server('npm run dev -- --port 5173', 5173)] },
        { content: ['Done.'] },
      ],
      { text: first },
    );
    const built = await visitor.build(first);
    ({ session, previewUrl } = built);
    const tools = built.events.flatMap((event) =>
      event.type === 'tool' && event.data.state !== 'started' ? [event.data] : [],
    );
    expect(tools.map(({ state, detail }) => `${state} ${detail}`).slice(-3)).toEqual([
      expect.stringMatching(/^done [\s\S]*added \d+ packages/),
      expect.stringMatching(/^done [\s\S]*1 passed/),
      expect.stringMatching(/^done It listens on port 5173/),
    ]);
    expect(only(built.events, 'version').changed).toContain('package-lock.json');
    expect(only(built.events, 'version').changed.filter((path) => path.startsWith('node_modules'))).toEqual([]);

    page = await context.newPage();
    await page.goto(`${running.redraw.url}/s/${session}`);
    await expect.poll(heading, { timeout: 30_000 }).toBe('Hello');
    const frame = await previewFrame(page, previewUrl);
    await frame.evaluate('window.kept = true');

    const second = uniquePrompt('Greet warmly');
    running.simulator.script(
      [{ content: [replace('src/greeting.ts', 'Hello', 'Good morning')] }, { content: ['Done.'] }],
      { text: second },
    );
    await visitor.build(second, session);
    await expect.poll(heading, { timeout: 20_000 }).toBe('Good morning');
    expect(await (await previewFrame(page, previewUrl)).evaluate('window.kept')).toBe(true);

    await visitor.json('POST', `/api/sessions/${session}/undo`, {});
    await expect.poll(heading, { timeout: 20_000 }).toBe('Hello');
    await page.reload();
    await expect.poll(heading, { timeout: 20_000 }).toBe('Hello');
  });
});
