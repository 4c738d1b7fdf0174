import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PreviewReport } from '../../src/protocol/requests.ts';
import { openPreviewHarness, type PreviewHarness, waitFor } from '../support/preview-harness.ts';
import { type ShownProject, showProject } from '../support/show-project.ts';
import { type MemoryProject, readTemplate } from './memory-project.ts';

let harness: PreviewHarness;
let tab: Page;
let shown: ShownProject;

beforeAll(async () => {
  harness = await openPreviewHarness();
});
afterAll(() => harness.close());
afterEach(() => tab.context().close());

async function show(project: MemoryProject): Promise<Frame> {
  shown = await showProject(harness, project);
  tab = shown.tab;
  return shown.frame();
}

describe.each(['react-ts', 'react', 'preact-ts', 'preact', 'vanilla-ts', 'vanilla'])('%s', (name) => {
  test('works as it comes from create-vite', async () => {
    const frame = await show(readTemplate(name));
    const button = frame.locator('button.counter');
    await button.click();
    await button.click();
    await expect.poll(() => button.textContent()).toBe('Count is 2');
    expect(await frame.locator('img').count()).toBeGreaterThan(2);
    const missing = () =>
      frame
        .locator('img')
        .evaluateAll((all) =>
          all.flatMap((image) =>
            image instanceof HTMLImageElement && image.naturalWidth > 0 ? [] : [image.outerHTML],
          ),
        );
    await expect.poll(missing).toEqual([]);
    expect(await frame.locator('svg:has(use)').count()).toBeGreaterThan(3);
    const undrawn = () =>
      frame
        .locator('svg:has(use)')
        .evaluateAll((all) =>
          all.flatMap((one) => (one instanceof SVGSVGElement && one.getBBox().width > 0 ? [] : [one.outerHTML])),
        );
    await expect.poll(undrawn).toEqual([]);
    const report = await waitFor<PreviewReport>(tab, 'report');
    expect(report).toMatchObject({ revision: 1, path: '/', blank: false, problems: [] });
    expect(report.snapshot).toContain('h1 "Get started"');
    expect(report.snapshot).toMatch(/button\S* .*"Count is \d"/);
    expect(shown.consoleErrors).toEqual([]);
  });
});

describe('a change', () => {
  test('of styles only is swapped in place', async () => {
    const project = readTemplate('react-ts');
    const frame = await show(project);
    await frame.locator('button.counter').click();
    project.write('src/App.css', `${project.text('src/App.css')}\nh1 { color: rgb(1, 2, 3) !important }`);
    await shown.update(['src/App.css']);
    await waitFor(tab, 'shown', 'data === 2');
    expect(await frame.locator('h1').evaluate((element) => getComputedStyle(element).color)).toBe('rgb(1, 2, 3)');
    expect(await frame.locator('button.counter').textContent()).toBe('Count is 1');
    expect(await waitFor(tab, 'report', 'data.revision === 2')).toMatchObject({ problems: [] });
  });

  test('of a linked style sheet and of one that it imports is swapped in place', async () => {
    const project = readTemplate('vanilla');
    project.replace('index.html', '</head>', '<link rel="stylesheet" href="/look.css"></head>');
    project.write('look.css', '@import "./parts/colour.css";');
    project.write('parts/colour.css', 'h1 { color: rgb(9, 9, 9) !important }');
    const frame = await show(project);
    const colour = () => frame.locator('h1').evaluate((element) => getComputedStyle(element).color);
    expect(await colour()).toBe('rgb(9, 9, 9)');
    project.write('parts/colour.css', 'h1 { color: rgb(8, 8, 8) !important }');
    await shown.update(['parts/colour.css']);
    await waitFor(tab, 'shown', 'data === 2');
    expect(await colour()).toBe('rgb(8, 8, 8)');
    project.write('look.css', 'h1 { color: rgb(7, 7, 7) !important }');
    await shown.update(['look.css']);
    await waitFor(tab, 'shown', 'data === 3');
    expect(await colour()).toBe('rgb(7, 7, 7)');
    expect(frame.isDetached()).toBe(false);
  });

  test('of a style sheet that the page does not have makes a new document', async () => {
    const project = readTemplate('vanilla');
    const frame = await show(project);
    project.write('src/other.css', 'h1 {}');
    await shown.update(['src/other.css']);
    await waitFor(tab, 'shown', 'data === 2');
    expect(frame.isDetached()).toBe(true);
  });

  test('of a script keeps the old picture until the new one has painted, and the place', async () => {
    const project = readTemplate('react-ts');
    // Long before the app has drawn anything: the place is given up two seconds after it cannot be reached.
    project.replace('index.html', '</head>', '<style>#root { min-height: 4000px !important }</style></head>');
    const frame = await show(project);
    // Messages keep their order: once the path is known, so is the scroll position.
    await frame.evaluate(
      'addEventListener("scroll", () => setTimeout(() => history.pushState(null, "", "/deep/route?x=1"), 300)); scrollTo(0, 900)',
    );
    await waitFor(tab, 'path', 'data === "/deep/route?x=1"');
    project.replace('src/App.tsx', 'Get started', 'Redrawn');
    await tab.evaluate(`
      window.blanks = 0;
      new MutationObserver(() => {
        const frames = document.querySelectorAll('#stage iframe');
        if (frames.length === 0 || ![...frames].some((one) => one.style.zIndex === '1')) window.blanks += 1;
      }).observe(document.getElementById('stage'), { childList: true, subtree: true, attributes: true });`);
    await shown.update(['src/App.tsx']);
    await waitFor(tab, 'shown', 'data === 2');
    const fresh = shown.frame();
    expect(await fresh.locator('h1').textContent()).toBe('Redrawn');
    expect(new URL(fresh.url()).pathname).toBe('/deep/route');
    await fresh.waitForFunction('scrollY === 900');
    expect(await tab.evaluate('window.blanks')).toBe(0);
    expect(await tab.locator('#stage iframe').count()).toBe(1);
  });
});

describe('what goes wrong', () => {
  test('a syntax error stands on the page and in the report, with its place', async () => {
    const project = readTemplate('react-ts');
    project.replace('src/App.tsx', 'const [count, setCount] =', 'const [count, setCount] = =');
    await show(project);
    const report = await waitFor<PreviewReport>(tab, 'report');
    expect(report.problems).toEqual([
      expect.objectContaining({ kind: 'build', spot: expect.objectContaining({ file: 'src/App.tsx', line: 8 }) }),
    ]);
    expect(report.blank).toBe(true);
  });

  test.each([
    ['lodash', 'it is not on the library shelf'],
    ['./Header', 'there is no such file'],
    ['date-fns/nothing', 'the library shelf has only date-fns'],
    ['./look.scss', 'the preview has no Sass'],
  ])('an import of %s is named, with the file', async (specifier, reason) => {
    const project = readTemplate('react-ts');
    project.write('src/look.scss', '');
    project.replace(
      'src/App.tsx',
      "import './App.css'",
      `import './App.css'\nimport x from '${specifier}'; console.log(x)`,
    );
    await show(project);
    const { problems } = await waitFor<PreviewReport>(tab, 'report');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ kind: 'build', spot: { file: 'src/App.tsx', line: 6, column: 16 } });
    expect(problems[0]?.message).toContain(`src/App.tsx imports '${specifier}', but ${reason}`);
  });

  test('an exception points to the line of the original', async () => {
    const project = readTemplate('react-ts');
    project.replace('src/App.tsx', 'setCount((count) => count + 1)', 'explode()');
    project.write(
      'src/App.tsx',
      `${project.text('src/App.tsx')}\ninterface Fuse {\n  length: number\n}\nfunction explode(): never {\n  const fuse: Fuse = { length: 1 }\n  throw new Error('boom ' + fuse.length)\n}\n`,
    );
    const line =
      project
        .text('src/App.tsx')
        .split('\n')
        .findIndex((text) => text.includes('throw new')) + 1;
    const frame = await show(project);
    await waitFor(tab, 'report');
    await frame.locator('button.counter').click();
    expect(await waitFor(tab, 'problem')).toMatchObject({
      kind: 'exception',
      message: 'Error: boom 1',
      spot: { file: 'src/App.tsx', line },
      stack: expect.stringContaining(`explode (src/App.tsx:${line})`),
    });
    expect(await waitFor(tab, 'report', 'data.problems.length === 1')).toMatchObject({ blank: false });
  });

  test('console errors, failed requests and rejections are told', async () => {
    const project = readTemplate('vanilla');
    project.write(
      'src/main.js',
      `console.error('first %s', 'thing', { a: 1 })
fetch('/api/none')
Promise.reject(new TypeError('nobody cares'))
document.body.insertAdjacentHTML('beforeend', '<p>text</p><img src="/gone.png">')`,
    );
    await show(project);
    const { problems } = await waitFor<PreviewReport>(tab, 'report', 'data.problems.length >= 4');
    expect(problems.map(({ kind, message, spot }) => [kind, message, spot?.line])).toEqual(
      expect.arrayContaining([
        ['console', 'first thing {"a":1}', 1],
        ['request', 'GET /api/none answered 404', 2],
        ['exception', 'Unhandled rejection: TypeError: nobody cares', 3],
        ['request', '/gone.png could not be loaded (img)', undefined],
      ]),
    );
  });

  test('an empty page is told as blank, and is shown all the same', async () => {
    const project = readTemplate('react-ts');
    project.write('src/main.tsx', 'export {}');
    await show(project);
    expect(await waitFor(tab, 'report')).toMatchObject({ blank: true, problems: [] });
  });

  test.each([
    ['is hidden', 'stage.style.display = "none";'],
    ['has its hands full', 'const end = performance.now() + 2000; while (performance.now() < end);'],
  ])('an app that comes while the page %s is not told as blank', async (_, begin) => {
    const { url } = harness.open(readTemplate('react-ts'));
    tab = await harness.openPage();
    const attached = tab.waitForEvent('frameattached');
    await tab.evaluate(`
      const stage = document.getElementById('stage');
      new MutationObserver((_, observer) => { observer.disconnect(); ${begin} }).observe(stage, { childList: true });
      window.stage.show(${JSON.stringify(url)}, 1);`);
    const frame = await attached;
    // A frame that is not drawn gets no animation frames, in which the bridge looks for paint.
    await frame.waitForFunction('document.querySelector("h1") && performance.now() > 2000', null, { polling: 100 });
    await tab.evaluate('document.getElementById("stage").style.display = ""');
    expect(await waitFor(tab, 'report')).toMatchObject({ blank: false });
  });
});
