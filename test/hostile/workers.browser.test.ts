import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttackHarness, places } from './attack-harness.ts';

let harness: AttackHarness;

beforeAll(async () => {
  harness = await AttackHarness.open();
});

afterAll(() => harness?.close());

describe.each(places)('an app in %s', (place) => {
  test('gets no service worker, of its own files or of Redraw’s', async () => {
    const { page, gained } = await harness.attack(
      place,
      async ({ redraw, sibling }) => {
        const shelf = [...document.querySelectorAll('script')]
          .map(({ src }) => src)
          .find((src) => src.includes('/_redraw/'));
        const blob = URL.createObjectURL(new Blob(['1'], { type: 'text/javascript' }));
        const scripts: [string, RegistrationOptions][] = [
          ['/sw.js', {}],
          ['/sw.js?x=1', { scope: '/a/' }],
          ['/sw.ts', { type: 'module' }],
          ['/public-sw.js', { updateViaCache: 'all' }],
          ['/_redraw/sw.js', {}],
          [shelf ?? '', { scope: '/' }],
          [blob, {}],
          ['data:text/javascript,1', {}],
          [`${redraw}/sw.js`, {}],
          [`${sibling.previewUrl}sw.js`, {}],
        ];
        const refused: string[] = [];
        for (const [script, options] of scripts) {
          const done = await navigator.serviceWorker.register(script, options).then(
            () => 'registered',
            (error: Error) => error.name,
          );
          refused.push(done);
        }
        const all = await navigator.serviceWorker.getRegistrations();
        return { refused, registrations: all.length };
      },
      {
        'sw.js': 'addEventListener("fetch", (e) => e.respondWith(new Response("mine")))',
        'sw.ts': '1',
        'public/public-sw.js': '1',
      },
    );
    expect(gained.registrations).toBe(0);
    for (const one of gained.refused) expect(one).toMatch(/^(TypeError|SecurityError)$/);
    await page.close();
  });

  test('has workers that get no further than itself', async () => {
    const { page, gained } = await harness.attack(
      place,
      async (target) => {
        const ask = (worker: { onmessage: ((event: MessageEvent) => void) | null; postMessage(data: unknown): void }) =>
          new Promise((resolve) => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.postMessage(target);
          });
        const blob = URL.createObjectURL(new Blob([await (await fetch('/worker.txt')).text()]));
        const shared = new SharedWorker('/worker.js');
        shared.port.start();
        return [await ask(new Worker('/worker.js')), await ask(new Worker(blob)), await ask(shared.port)];
      },
      Object.fromEntries(
        ['worker.js', 'public/worker.txt'].map((name) => [
          name,
          `const attempt = (work) => work().then((value) => String(value), (error) => error.name);
const run = async ({ redraw, session }) => [
  await attempt(async () => (await fetch(redraw + '/api/account', { credentials: 'include' })).text()),
  await attempt(async () => (await fetch(redraw + '/api/sessions/' + session, { credentials: 'include', mode: 'no-cors' })).text()),
  await attempt(async () => (await fetch(redraw + '/api/sessions', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' }, credentials: 'include' })).status),
  await attempt(async () => { importScripts(redraw + '/_redraw/app/index.html'); return 'imported'; }),
];
const serve = (port) => { port.onmessage = async ({ data }) => port.postMessage(await run(data)); };
if ('onconnect' in globalThis) onconnect = ({ ports: [port] }) => serve(port); else serve(globalThis);
`,
        ]),
      ),
    );
    for (const answers of gained as string[][]) {
      expect(answers[0]).toBe('TypeError');
      expect(answers[1]).toMatch(/^(|TypeError)$/);
      expect(answers[2]).toBe('TypeError');
      expect(answers[3]).toMatch(/NetworkError|TypeError|SyntaxError/);
    }
    await page.close();
  });
});
