import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieOf } from '../support/browser-visitor.ts';
import { AttackHarness, places } from './attack-harness.ts';

let harness: AttackHarness;

beforeAll(async () => {
  harness = await AttackHarness.open();
});

afterAll(() => harness?.close());

describe.each(places)('an app in %s', (place) => {
  test('cannot read the visitor’s cookie', async () => {
    const { gained, page } = await harness.attack(place, async ({ redraw }) => {
      const store = (window as unknown as { cookieStore?: { getAll(): Promise<{ name: string }[]> } }).cookieStore;
      const frame = document.createElement('iframe');
      frame.src = `${redraw}/api/account`;
      document.body.append(frame);
      await new Promise((resolve) => {
        frame.onload = resolve;
      });
      let framed: string;
      try {
        framed = frame.contentDocument?.cookie ?? '';
      } catch {
        framed = '';
      }
      return { read: document.cookie, stored: ((await store?.getAll()) ?? []).map(({ name }) => name), framed };
    });
    expect(gained).toEqual({ read: '', stored: [], framed: '' });
    await page.close();
  });

  test('cannot set a cookie for Redraw or for other apps', async () => {
    const { gained, page, project } = await harness.attack(place, async ({ redraw, previewUrl }) => {
      const hosts = [new URL(redraw).hostname, `.${new URL(redraw).hostname}`, new URL(previewUrl).hostname, ''];
      for (const host of hosts) {
        const domain = host ? `; Domain=${host}` : '';
        for (const name of ['__Host-redraw', '__Secure-redraw', 'redraw', 'session']) {
          for (const path of ['/', '/api', '/s']) {
            // biome-ignore lint/suspicious/noDocumentCookie: this is the attack.
            document.cookie = `${name}=evil${domain}; Path=${path}; Secure; Max-Age=1000`;
            // biome-ignore lint/suspicious/noDocumentCookie: this is the attack.
            document.cookie = `${name}=evil${domain}; Path=${path}; SameSite=None; Partitioned; Secure`;
          }
        }
      }
      return document.cookie.includes('evil');
    });
    // It has its own cookie jar, and no cookie leaves it.
    expect(gained).toBe(true);
    expect((await harness.context.cookies(harness.redraw.url)).map(({ name, value }) => `${name}=${value}`)).toEqual([
      harness.visitor.cookie,
    ]);
    const other = await harness.attack(place, () => document.cookie);
    expect(other.gained).toBe('');
    await other.page.close();
    const version = await harness.context.newPage();
    await version.goto(project.previewUrl.replace('.', '-v1.'));
    expect(await version.evaluate(() => document.cookie)).toBe('');
    await version.close();
    await page.close();
  });

  test('cannot push the visitor’s cookie out of the jar', async () => {
    const { page, frame } = await harness.attack(place, () => {
      for (let index = 0; index < 4000; index += 1) {
        // biome-ignore lint/suspicious/noDocumentCookie: this is the attack.
        document.cookie = `c${index}=${'x'.repeat(100)}; Max-Age=100000; SameSite=None; Secure; Partitioned`;
      }
    });
    // The cookie jar belongs to another process, so it may answer late.
    await expect.poll(() => frame.evaluate(() => document.cookie.length)).toBeGreaterThan(1000);
    expect(await cookieOf(harness.context)).toBe(harness.visitor.cookie);
    await page.close();
  });

  test('cannot have Redraw replace the visitor’s cookie, or give one to a visitor without', async () => {
    const attempt = async ({ redraw }: { redraw: string }): Promise<string> => {
      const load = (element: HTMLElement, url: string) =>
        new Promise((resolve) => {
          element.onload = element.onerror = resolve;
          element.setAttribute('src', url);
          document.body.append(element);
        });
      for (const tag of ['img', 'script', 'iframe', 'embed']) {
        await load(document.createElement(tag), `${redraw}/api/account?${tag}`);
      }
      await fetch(`${redraw}/api/account`, { mode: 'no-cors', credentials: 'include' }).catch(() => null);
      await fetch(`${redraw}/api/account`, { credentials: 'include' }).catch(() => null);
      return 'done';
    };
    const { page, project } = await harness.attack(place, attempt);
    expect(await cookieOf(harness.context)).toBe(harness.visitor.cookie);
    await page.close();

    const stranger = await harness.browser.newContext();
    const tab = await stranger.newPage();
    await tab.goto(project.previewUrl);
    await tab.waitForFunction(() => 'gained' in window);
    expect(await stranger.cookies(harness.redraw.url)).toEqual([]);
    await stranger.close();
  });
});
