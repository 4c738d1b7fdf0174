import { afterAll, beforeAll, expect, test } from 'vitest';
import { bridgeLimits } from '../../../src/protocol/bridge-limits.ts';
import { MemoryProject } from '../../preview/memory-project.ts';
import { openPreviewHarness, type PreviewHarness, type Seen, waitFor } from '../../support/preview-harness.ts';
import { showProject } from '../../support/show-project.ts';

let harness: PreviewHarness;
beforeAll(async () => {
  harness = await openPreviewHarness();
});
afterAll(() => harness.close());

const page = (script: string, body = '<h1>Here</h1>') =>
  new MemoryProject({
    'index.html': `<!doctype html><html><head><title>x</title></head><body>${body}<script>${script}</script></body></html>`,
  });

test('a new document in the frame is linked anew, at whatever path', async () => {
  const project = page('', '<a id="next" href="/next?a=1">next</a>');
  const { tab, frame } = await showProject(harness, project);
  await waitFor(tab, 'report', 'data.path === "/"');
  await frame().locator('#next').click();
  expect(await waitFor(tab, 'report', 'data.path === "/next?a=1"')).toMatchObject({ blank: false });
  await tab.evaluate('stage.navigate("back")');
  await tab.waitForFunction('seen.filter(({ type, data }) => type === "report" && data.path === "/").length === 2');
  await tab.evaluate('stage.navigate("/third")');
  await waitFor(tab, 'report', 'data.path === "/third"');
  await tab.evaluate('stage.requestReport()');
  await tab.waitForFunction(
    'seen.filter(({ type, data }) => type === "report" && data.path === "/third").length === 2',
  );
  expect(tab.url()).toBe(`${harness.origin}/`);
  await tab.context().close();
});

test.each([
  ['at once', 'location = "data:text/html,elsewhere"'],
  ['later', 'setTimeout(() => { location = "data:text/html,elsewhere" }, 500)'],
])('a frame that went elsewhere %s is told as lost', async (_, script) => {
  const { tab } = await showProject(harness, page(script));
  await waitFor(tab, 'lost');
  await tab.context().close();
});

test('the app sees neither the nonce nor the port', async () => {
  const { tab, frame } = await showProject(
    harness,
    page(
      'window.heard = []; for (const phase of [true, false]) addEventListener("message", (event) => heard.push(event.data), phase)',
    ),
  );
  await waitFor(tab, 'report');
  expect(await frame().evaluate('window.heard')).toEqual([]);
  await tab.context().close();
});

test('a page of another origin gets no answer', async () => {
  const project = page('');
  const { origin } = harness.open(project);
  const stranger = page(
    `window.heard = []; const { port1, port2 } = new MessageChannel(); port1.onmessage = (event) => heard.push(event.data);
     const frame = document.createElement('iframe'); frame.src = '${origin}/';
     frame.onload = () => { frame.contentWindow.postMessage({ redraw: 'connect', nonce: 'x'.repeat(20) }, '*', [port2]); window.asked = true };
     document.body.append(frame)`,
  );
  const { tab, frame } = await showProject(harness, stranger);
  await frame().waitForFunction('window.asked');
  expect(await frame().evaluate('window.heard')).toEqual([]);
  expect(tab.frames().filter((one) => one.url().startsWith(origin))).toHaveLength(0);
  await tab.context().close();
});

test('a flood of errors and of forged hellos does nothing, and ends with its frame', async () => {
  const { tab, frame } = await showProject(
    harness,
    page(`let i = 0
      const flood = () => {
        for (let n = 0; n < 300; n += 1) {
          console.error('flood ' + i++ + 'x'.repeat(1000))
          parent.postMessage({ redraw: 'hello' }, '*')
          parent.postMessage({ redraw: 'connect', nonce: 'x'.repeat(n === 0 ? 100000 : 1000) }, '*')
          dispatchEvent(new CustomEvent('redraw:build', { detail: [{ message: { toString() { throw 1 } } }] }))
          history.replaceState(null, '', '/' + i)
        }
        if (i >= 3000) for (let n = 0; n < 5000; n += 1) parent.postMessage('flood', '*')
        setTimeout(flood, 5)
      }
      window.beginFlood = () => { setTimeout(flood) }`),
  );
  // It has answered since it loaded: what comes now is a flood, and no silence.
  await waitFor(tab, 'report');
  await frame().evaluate('beginFlood()');
  await waitFor(tab, 'lost');
  await expect.poll(() => tab.frames()).toHaveLength(1);
  const told = await tab.evaluate<Seen[]>('seen.filter(({ type }) => ["path", "problem", "report"].includes(type))');
  // How many come depends on how long a machine takes to flood. What they may never exceed, at any speed, is the limit by the page's own clock.
  const seconds = (told.at(-1)?.at ?? 0) / 1000;
  expect(told.length).toBeLessThanOrEqual(bridgeLimits.burst + bridgeLimits.perSecond * seconds);
  expect(told.filter(({ type }) => type === 'problem').length).toBeLessThanOrEqual(bridgeLimits.problems);
  expect(Math.max(...told.map(({ data }) => JSON.stringify(data).length))).toBeLessThanOrEqual(
    bridgeLimits.reportBytes,
  );
  expect(await tab.evaluate('1 + 1')).toBe(2);
  await tab.context().close();
});

test('messages that an app forges on the port itself are held to the schema', async () => {
  // An app could get hold of the port this way. Before the document: its own scripts come early enough on an idle machine only.
  const { tab, frame } = await showProject(
    harness,
    page(''),
    `const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage')
      Object.defineProperty(MessagePort.prototype, 'onmessage', { set(handler) {
        set.call(this, handler)
        const report = { revision: 1, path: '/', blank: false, problems: [], snapshot: 'forged' }
        const messages = [
          { type: 'report', report: { ...report, revision: 'x' } },
          { type: 'report', report: { ...report, snapshot: 'x'.repeat(30000) } },
          { type: 'report', report: { ...report, snapshot: '€'.repeat(19000), problems: Array(50).fill({ kind: 'console', message: 'x'.repeat(2000) }) } },
          { type: 'path', path: '//evil.example' },
          { type: 'path', path: 'javascript:alert(1)' },
          { type: 'painted', revision: -1 },
          { type: 'painted', revision: 'x' },
          { type: 'notice', text: { toString: null } },
          { type: 'problem', revision: 1, problem: { kind: 'made up', message: 'x' } },
          { type: 'connected', nonce: 'x'.repeat(20), revision: 9 },
          { type: 'constructor' }, { type: 'shown', revision: 99 }, null, 'x', [],
          { type: 'notice', text: 'forged' },
        ]
        window.forge = () => { for (const one of messages) this.postMessage(one) }
      } })`,
  );
  await waitFor(tab, 'report');
  await frame().evaluate('forge()');
  await waitFor(tab, 'notice', 'data === "forged"');
  const told = await tab.evaluate(
    // The app's real path is reported too, some time after the paint.
    'seen.filter(({ type, data }) => type !== "path" || data !== "/").map(({ type, data }) => type === "report" ? [type, data.path, data.snapshot.length < 1000] : [type, data])',
  );
  expect(told).toEqual([
    ['loading', 1],
    ['shown', 1],
    ['report', '/', true],
    ['notice', 'The app sent a report that is too large to be read.'],
    ['notice', 'forged'],
  ]);
  await tab.context().close();
});

test('storage that the browser denies is supplied in memory, and said', async () => {
  const { tab, frame } = await showProject(harness, page(''));
  await waitFor(tab, 'report');
  const bridge = await frame().locator('script[src*=bridge]').getAttribute('src');
  // The same script in a document with an opaque origin, which has no storage.
  const code = await (await fetch(`${harness.origin}${bridge}`)).text();
  const opaque = `<script>${code.replaceAll('</', '<\\/')}</script><script>
    localStorage.setItem('a', 1); localStorage.b = 'x'
    parent.postMessage([localStorage.getItem('a'), localStorage.b, Object.keys(localStorage).join(), localStorage.length, sessionStorage.getItem('a')].join('|'), '*')</script>`;
  const answer = await tab.evaluate((html) => {
    return new Promise((resolve) => {
      addEventListener('message', ({ data }) => typeof data === 'string' && data.includes('|') && resolve(data));
      const inner = document.createElement('iframe');
      inner.setAttribute('sandbox', 'allow-scripts');
      inner.srcdoc = html;
      document.body.append(inner);
    });
  }, opaque);
  expect(answer).toBe('1|x|a,b|2|');
  await tab.context().close();
});
