import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTemplate } from '../../preview/memory-project.ts';
import { launchWholeChromium } from '../../support/chromium.ts';
import { freePort } from '../../support/free-port.ts';
import { openPreviewHarness, type PreviewHarness } from '../../support/preview-harness.ts';

let harness: PreviewHarness;
let browser: Browser;
let devTools: string;

beforeAll(async () => {
  harness = await openPreviewHarness();
  const port = await freePort();
  devTools = `http://127.0.0.1:${port}/json`;
  browser = await launchWholeChromium([`--remote-debugging-port=${port}`]);
});
afterAll(async () => {
  await browser?.close();
  await harness?.close();
});

/** Opens a tab by the DevTools protocol: Playwright's own pages are never hidden. */
async function openTab(url: string): Promise<{ id: string; run(script: string): Promise<unknown> }> {
  const answer = await fetch(`${devTools}/new?${url}`, { method: 'PUT' });
  const { id, webSocketDebuggerUrl } = (await answer.json()) as { id: string; webSocketDebuggerUrl: string };
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  let calls = 0;
  return {
    id,
    run(expression) {
      const call = ++calls;
      return new Promise((resolve) => {
        const hear = ({ data }: MessageEvent) => {
          const { id, result } = JSON.parse(String(data));
          if (id !== call) return;
          socket.removeEventListener('message', hear);
          resolve(result?.result?.value);
        };
        socket.addEventListener('message', hear);
        const params = { expression, returnByValue: true };
        socket.send(JSON.stringify({ id: call, method: 'Runtime.evaluate', params }));
      });
    },
  };
}

test('an app that comes while the visitor is at another tab is drawn and told of all the same', async () => {
  const { url } = harness.open(readTemplate('react-ts'));
  const tab = await openTab(harness.origin);
  await expect.poll(() => tab.run('typeof stage')).toBe('object');
  const other = await openTab('about:blank');
  await fetch(`${devTools}/activate/${other.id}`);
  await expect.poll(() => tab.run('document.visibilityState')).toBe('hidden');

  await tab.run(`void stage.show(${JSON.stringify(url)}, 1)`);
  await expect
    .poll(() => tab.run('seen.find(({ type }) => type === "report")?.data'))
    .toMatchObject({ blank: false, snapshot: expect.stringContaining('h1 "Get started"') });
  expect(await tab.run('document.visibilityState')).toBe('hidden');
});
