import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { previewFrame, visitorOf } from '../support/browser-visitor.ts';
import { launchWholeChromium } from '../support/chromium.ts';
import { createFile, only, replaceText, uniquePrompt, useSpawned } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';
import { bash, containerEnv, describeContainers, docker, runningContainers, server } from './containers.ts';

const files = [
  createFile(
    'package.json',
    JSON.stringify({
      private: true,
      type: 'module',
      scripts: { dev: 'vite', test: 'vitest' },
      devDependencies: { vite: '8.3.8', vitest: '4.1.12' },
    }),
  ),
  createFile(
    'index.html',
    '<!doctype html><html lang="en"><head><title>Hot</title></head><body><h1></h1><script type="module" src="/src/main.ts"></script></body></html>',
  ),
  createFile('src/greeting.ts', "export const greeting: string = 'Hello';\n"),
  createFile(
    'src/main.ts',
    `import { greeting } from './greeting.ts';
const show = (text: string) => { document.querySelector('h1')!.textContent = text; };
show(greeting);
import.meta.hot?.accept('./greeting.ts', (changed) => show(changed?.greeting));
`,
  ),
  createFile(
    'src/greeting.test.ts',
    "import { expect, test } from 'vitest';\nimport { greeting } from './greeting.ts';\ntest('greets', () => expect(greeting).toBe('Hello'));\n",
  ),
];

describeContainers('a Vite project', () => {
  const running = useSpawned(containerEnv);
  let browser: Browser;
  let page: Page;
  let visitor: Visitor;
  let session = '';
  let previewUrl = '';

  beforeAll(async () => {
    browser = await launchWholeChromium();
  });
  afterAll(() => browser?.close());

  const heading = async (): Promise<string | null> => (await previewFrame(page, previewUrl)).textContent('h1');

  it('is made, installed, tested and served, and seen with hot reload', async () => {
    const context = await browser.newContext();
    visitor = await visitorOf(context, running.redraw.url);
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
    await expect.poll(heading).toBe('Hello');
    await page.getByText('npm run dev -- --port 5173 on port 5173 is running').waitFor();
    const log = page.getByRole('log', { name: 'Log: npm run dev' });
    await page.getByRole('button', { name: 'Log', exact: true }).click();
    await expect.poll(() => log.textContent()).toContain('VITE');
    const colours = log.locator('[style]');
    expect(await colours.count()).toBeGreaterThan(0);
    await page.locator('.tool', { hasText: 'Run npm install' }).getByText('1 file changed').waitFor();
    await page.getByText('Run npm test').click();
    await expect
      .poll(() => page.getByRole('log', { name: 'Log: Run npm test' }).textContent())
      .toMatch(/1 passed[\s\S]*exit code 0/);
    const frame = await previewFrame(page, previewUrl);
    const second = uniquePrompt('Greet warmly');
    running.simulator.script(
      [{ content: [replaceText('src/greeting.ts', 'Hello', 'Good morning')] }, { content: ['Done.'] }],
      { text: second },
    );
    // Rejects where the document is replaced instead.
    const changed = frame.evaluate(
      () =>
        new Promise<string | null>((resolve) => {
          const h1 = document.querySelector('h1') as HTMLElement;
          new MutationObserver(() => resolve(h1.textContent)).observe(h1, { childList: true });
        }),
    );
    expect((await Promise.all([changed, visitor.build(second, session)]))[0]).toBe('Good morning');
    await expect.poll(heading).toBe('Good morning');

    await visitor.json('POST', `/api/sessions/${session}/undo`, {});
    await expect.poll(heading).toBe('Hello');
    await page.reload();
    await expect.poll(heading).toBe('Hello');
  });

  it('opens a host where the visitor says so, and stops a command from the page', async () => {
    await page.getByRole('button', { name: 'Network' }).click();
    const host = page.getByLabel('Name of a host');
    await host.fill('127.0.0.1');
    await host.press('Enter');
    await page.getByText('Give a host by its name').waitFor();
    await host.fill('api.example.com');
    await host.press('Enter');
    await page.getByRole('button', { name: 'Close api.example.com' }).click();
    await expect.poll(() => page.getByText('api.example.com').count()).toBe(0);
    await page.keyboard.press('Escape');

    const prompt = uniquePrompt('Wait');
    running.simulator.script(
      [{ content: [bash('sleep 301')] }, { content: [bash('echo begun; sleep 300')] }, { content: ['Went on.'] }],
      { text: prompt },
    );
    const built = visitor.build(prompt, session);
    // A command that prints nothing can be stopped too, once it is in the container.
    const begun = async (): Promise<string> => {
      const names = await runningContainers(running.redraw.state);
      return Promise.any(names.map((name) => docker('exec', name, 'pgrep', '-fx', 'sleep 301')));
    };
    await expect.poll(begun).toMatch(/\d/);
    await page.getByRole('button', { name: 'Stop this command' }).click();
    await expect
      .poll(() =>
        page
          .getByRole('log', { name: 'Log: Run echo begun; sleep 300' })
          .textContent()
          .catch(() => ''),
      )
      .toContain('begun');
    await page.getByRole('button', { name: 'Stop this command' }).click();
    await page.getByText('Went on.').waitFor();
    expect(only((await built).events, 'turn_finished').state).toBe('completed');
  });

  it('sleeps although its page is open, and goes on where it was', async () => {
    // Only now does it sleep early: before, a slow machine could take as long between two steps.
    await running.redraw.kill();
    await running.redraw.restart({ SANDBOX_SLEEP_SECONDS: '12' });
    const reload = async (): Promise<void> => {
      await page.reload();
      // Packages are installed anew.
      await expect.poll(heading, { interval: 500, timeout: 200_000 }).toBe('Hello');
    };
    await reload();
    await expect.poll(() => runningContainers(running.redraw.state), { interval: 500 }).toHaveLength(0);
    await reload();

    const third = uniquePrompt('Greet again');
    running.simulator.script(
      [
        { content: [replaceText('src/greeting.ts', 'Hello', 'Hello again'), bash('npx vitest run --reporter=dot')] },
        { content: ['Done.'] },
      ],
      { text: third },
    );
    const { events } = await visitor.build(third, session);
    const tested = events.findLast((event) => event.type === 'tool' && event.data.name === 'bash');
    expect(tested?.data).toMatchObject({ state: 'failed', detail: expect.stringContaining('1 failed') });
    await expect.poll(heading).toBe('Hello again');
  });
});
