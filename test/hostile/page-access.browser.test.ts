import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttackHarness, errorPage, errorText, places } from './attack-harness.ts';

let harness: AttackHarness;

beforeAll(async () => {
  harness = await AttackHarness.open();
});

afterAll(() => harness?.close());

test('an app in the builder cannot reach the page around it', async () => {
  const { page, gained, project } = await harness.attack('the builder', ({ redraw }) => {
    const attempt = (what: () => unknown) => {
      try {
        return String(what());
      } catch (error) {
        return (error as Error).name;
      }
    };
    const outer = window.parent as unknown as Record<string, { [key: string]: unknown }>;
    return {
      document: attempt(() => window.parent.document.body.innerHTML),
      top: attempt(() => window.top?.document.title),
      storage: attempt(() => outer.localStorage?.length),
      caches: attempt(() => outer.caches),
      fetch: attempt(() => (window.parent as unknown as typeof globalThis).fetch(`${redraw}/api/account`)),
      eval: attempt(() => (window.parent as unknown as typeof globalThis).eval('document.cookie')),
      name: attempt(() => window.parent.name),
      address: attempt(() => window.parent.location.href),
      history: attempt(() => window.parent.history.length),
      element: String(window.frameElement),
      ownName: window.name,
      domain: attempt(() => {
        document.domain = 'localhost';
        return window.parent.document.title;
      }),
      write: attempt(() => {
        (window.parent as unknown as { hacked: boolean }).hacked = true;
        return 'written';
      }),
    };
  });
  const { element, ownName, ...refused } = gained;
  expect({ element, ownName }).toEqual({ element: 'null', ownName: '' });
  expect(new Set(Object.values(refused))).toEqual(new Set(['SecurityError']));
  await harness.expectUnharmed(page, project);
  await page.close();
});

test('an app in the builder does not learn which project it is', async () => {
  const { page, frame, project, gained } = await harness.attack('the builder', () => ({
    referrer: document.referrer,
    ancestors: [...(location as unknown as { ancestorOrigins: string[] }).ancestorOrigins],
    entries: JSON.stringify(performance.getEntries().map(({ name }) => name)),
    html: document.documentElement.outerHTML,
    own: JSON.stringify(Object.keys(window)),
  }));
  expect(gained.referrer).toBe('');
  expect(gained.ancestors).toEqual([harness.redraw.url]);
  const heard = await frame.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const all: unknown[] = [];
        addEventListener('message', ({ data }) => all.push(data));
        setTimeout(() => resolve(JSON.stringify(all)), 300);
        parent.postMessage({ redraw: 'hello' }, '*');
      }),
  );
  for (const text of [gained.entries, gained.html, gained.own, heard]) expect(text).not.toContain(project.session);
  await page.close();
});

describe.each(places)('an app in %s', (place) => {
  test('cannot frame Redraw', async () => {
    const { page, project } = await harness.attack(place, async ({ redraw, session }) => {
      const paths = ['/', '/account', `/s/${session}`, '/nothing', '/api/account', `/api/sessions/${session}`];
      for (const path of [...paths, `/api/sessions/${session}/files/attack.js`]) {
        for (const tag of ['iframe', 'object', 'embed']) {
          const element = document.createElement(tag);
          element.setAttribute(tag === 'object' ? 'data' : 'src', redraw + path);
          const loaded = new Promise((resolve) => {
            element.onload = element.onerror = resolve;
            setTimeout(resolve, 2000);
          });
          document.body.append(element);
          await loaded;
        }
      }
    });
    const texts = await Promise.all(
      page
        .frames()
        .filter((frame) => frame !== page.mainFrame() && !frame.url().startsWith(project.previewUrl))
        .map((frame) => frame.evaluate(() => document.body?.innerText ?? '').catch(() => '')),
    );
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) expect(text).toMatch(new RegExp(`${errorText.source}|forbidden_origin`));
    await page.close();
  });

  test('cannot frame another project, or a version of one', async () => {
    const { page, project } = await harness.attack(place, async ({ sibling, previewUrl }) => {
      const version = (url: string) => url.replace('.', '-v1.');
      for (const url of [sibling.previewUrl, version(sibling.previewUrl), version(previewUrl)]) {
        const frame = document.createElement('iframe');
        frame.src = url;
        document.body.append(frame);
        await new Promise((resolve) => {
          frame.onload = resolve;
        });
      }
    });
    const strangers = page
      .frames()
      .filter((frame) => frame !== page.mainFrame() && !frame.url().startsWith(project.previewUrl));
    expect(strangers).toHaveLength(3);
    for (const frame of strangers) {
      expect(frame.url()).toBe(errorPage);
      expect(await frame.evaluate(() => document.body.innerText)).toMatch(errorText);
    }
    await page.close();
  });

  test('may frame its own pages, and those are as little free', async () => {
    const { page, gained } = await harness.attack(
      place,
      async ({ canary }) => {
        const frame = document.createElement('iframe');
        frame.src = '/inner.html';
        document.body.append(frame);
        await new Promise((resolve) => {
          frame.onload = resolve;
        });
        try {
          (frame.contentWindow as unknown as { escape(url: string): void }).escape(`${canary}/inner`);
        } catch {
          // It was refused.
        }
        return frame.contentDocument?.querySelector('p')?.textContent;
      },
      { 'inner.html': '<p>Inner page</p><script>window.escape = (url) => window.open(url, "_top")</script>' },
    );
    expect(gained).toBe('Inner page');
    if (place === 'the builder') expect(page.url()).toContain(`${harness.redraw.url}/s/`);
    await page.close();
  });

  test('cannot read the storage of other projects', async () => {
    const write = async (): Promise<string> => {
      localStorage.setItem('secret', 'mine');
      sessionStorage.setItem('secret', 'mine');
      await (await caches.open('secret')).put('/secret', new Response('mine'));
      await new Promise((resolve, reject) => {
        const opening = indexedDB.open('secret', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('secret');
        opening.onsuccess = resolve;
        opening.onerror = reject;
      });
      const shared = new SharedWorker('/shared.js', 'secret');
      const answer = new Promise((resolve) => {
        shared.port.onmessage = ({ data }) => resolve(data);
      });
      shared.port.postMessage('mine');
      const heard = window as unknown as { heard: unknown[] };
      heard.heard = [];
      new BroadcastChannel('secret').onmessage = ({ data }) => heard.heard.push(data);
      return String(await answer);
    };
    const shared = `let kept = 'nothing'; onconnect = ({ ports: [port] }) => { port.onmessage = ({ data }) => { const was = kept; if (data) kept = data; port.postMessage(was); }; };`;
    const first = await harness.attack(place, write, { 'shared.js': shared });
    expect(first.gained).toBe('nothing');
    const look = async (): Promise<Record<string, unknown>> => {
      new BroadcastChannel('secret').postMessage('stolen');
      const worker = new SharedWorker('/shared.js', 'secret');
      const kept = new Promise((resolve) => {
        worker.port.onmessage = ({ data }) => resolve(data);
      });
      worker.port.postMessage('');
      return {
        local: localStorage.getItem('secret'),
        session: sessionStorage.getItem('secret'),
        caches: await caches.keys(),
        databases: (await indexedDB.databases()).map(({ name }) => name),
        shared: await kept,
      };
    };
    const nothing = { local: null, session: null, caches: [], databases: [], shared: 'nothing' };
    const second = await harness.attack(place, look, { 'shared.js': shared });
    expect(second.gained).toEqual(nothing);
    // The versions of a project are foreign origins, too; the first one has no script yet that would write.
    const version = await harness.context.newPage();
    await version.goto(first.project.previewUrl.replace('.', '-v1.'));
    expect(await version.evaluate(look)).toEqual(nothing);
    // Nor does Redraw itself store or receive any of it.
    const own = await harness.context.newPage();
    await own.goto(harness.redraw.url);
    expect(await own.evaluate(() => localStorage.getItem('secret'))).toBeNull();
    expect(await first.frame.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([]);
    await Promise.all([first.page, second.page, version, own].map((page) => page.close()));
  });
});
