import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { previewFrame } from '../support/browser-visitor.ts';
import { AttackHarness, errorPage, errorText, gainedIn, places, type Target } from './attack-harness.ts';

let harness: AttackHarness;

beforeAll(async () => {
  harness = await AttackHarness.open();
});

afterAll(() => harness?.close());

/** Pages of the foreign site that were opened as a whole tab. */
const documents = () => harness.canary.visits.filter(({ dest }) => dest === 'document').map(({ path }) => path);

describe('an app in the builder cannot take the visitor away', () => {
  const attacks: [string, (target: Target) => void][] = [
    [
      'by the location of the page around it',
      ({ canary }) => {
        const ways = [
          () => {
            (window.top as Window).location.href = `${canary}/href`;
          },
          () => window.top?.location.replace(`${canary}/replace`),
          () => {
            (window.parent as unknown as { location: string }).location = `${canary}/parent`;
          },
          () => window.open(`${canary}/open-top`, '_top'),
          () => window.open(`${canary}/open-parent`, '_parent'),
          () => {
            (window.top as Window).location.hash = '#attacked';
          },
        ];
        for (const way of ways) {
          try {
            way();
          } catch {
            // It was refused.
          }
        }
      },
    ],
    [
      'by links, forms and a base',
      ({ canary }) => {
        const base = document.createElement('base');
        base.target = '_top';
        document.head.append(base);
        for (const goal of ['_top', '_parent', '']) {
          const link = document.createElement('a');
          link.href = `${canary}/link${goal}`;
          if (goal) link.target = goal;
          document.body.append(link);
          link.dispatchEvent(new MouseEvent('click', { bubbles: true }));
          if (goal) link.click();
          for (const method of ['get', 'post']) {
            const form = document.createElement('form');
            form.action = `${canary}/form${goal}`;
            form.method = method;
            if (goal) form.target = goal;
            const button = document.createElement('button');
            button.formTarget = goal || '_top';
            form.append(button);
            document.body.append(form);
            if (goal) form.submit();
            if (goal) form.requestSubmit(button);
          }
        }
      },
    ],
    [
      'by a script or data address',
      ({ canary }) => {
        const code = `javascript:document.title='attacked';location='${canary}/script'`;
        const ways = [
          () => {
            (window.top as unknown as { location: string }).location = code;
          },
          () => window.open(code, '_top'),
          () => {
            (window.top as unknown as { location: string }).location = 'data:text/html,attacked';
          },
          () => window.open(URL.createObjectURL(new Blob(['attacked'], { type: 'text/html' })), '_top'),
        ];
        for (const way of ways) {
          try {
            way();
          } catch {
            // It was refused.
          }
        }
      },
    ],
    [
      'by a nested frame',
      async ({ canary }) => {
        const pages = [
          `<meta http-equiv="refresh" content="0;url=${canary}/meta"><script>top.location='${canary}/srcdoc'</script>`,
          `<base target="_top"><a href="${canary}/nested-link">x</a><script>document.querySelector('a').click()</script>`,
        ];
        const frames = pages.flatMap((html) => {
          const inline = document.createElement('iframe');
          inline.srcdoc = html;
          const blob = document.createElement('iframe');
          blob.src = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
          const open = document.createElement('iframe');
          open.setAttribute('sandbox', 'allow-scripts allow-top-navigation allow-top-navigation-by-user-activation');
          open.srcdoc = html;
          return [inline, blob, open];
        });
        await Promise.all(
          frames.map((frame) => {
            document.body.append(frame);
            return new Promise((resolve) => {
              frame.onload = resolve;
            });
          }),
        );
      },
    ],
  ];

  test.each(attacks)('%s', async (_way, attack) => {
    const before = documents().length;
    const { page, project } = await harness.attack('the builder', attack);
    // A refused navigation would have begun by now: another request of the page has made a round trip.
    await page.evaluate(() => fetch('/api/account').then((answer) => answer.text()));
    expect(page.url()).toBe(`${harness.redraw.url}/s/${project.session}`);
    expect(documents().slice(before)).toEqual([]);
    await harness.expectUnharmed(page, project);
    await page.close();
  });

  test('with a click of the visitor’s own', async () => {
    const { page, frame, project } = await harness.attack('the builder', ({ canary }) => {
      document.body.innerHTML = `<a href="${canary}/clicked" target="_top" style="position:fixed;inset:0">Click me</a>`;
      document.body.addEventListener('pointerdown', () => window.open(`${canary}/pressed`, '_top'));
    });
    const before = documents().length;
    await frame.locator('a').click();
    await page.evaluate(() => fetch('/api/account').then((answer) => answer.text()));
    expect(documents().slice(before)).toEqual([]);
    await harness.expectUnharmed(page, project);
    await page.close();
  });

  test('through the history of the tab', async () => {
    const app = {
      'index.html': '<!doctype html><title>Back</title><h1>Back</h1><script type="module" src="/a.js"></script>',
      'a.js': `addEventListener('hashchange', () => {
  for (const step of [-1, -2, -3, 1]) try { history.go(step); } catch {}
  try { top.history.back(); } catch {}
  try { navigation.back(); } catch {}
  for (let i = 0; i < 150; i += 1) try { history.pushState(i, '', '/' + i); } catch {}
  history.back();
  window.gained = { gained: 'tried' };
});`,
    };
    const project = await harness.project(app);
    const page = await harness.context.newPage();
    await page.goto(`${harness.canary.url}/before`);
    await page.goto(`${harness.redraw.url}/s/${project.session}`);
    const frame = await previewFrame(page, project.previewUrl);
    await frame.waitForLoadState();
    // A history entry of the page itself, so that going back would load nothing.
    await page.evaluate(() => history.pushState({}, '', '#own'));
    const moved = page.waitForEvent('framenavigated', { predicate: (one) => one.url().endsWith('/148') });
    await frame.evaluate(() => location.assign('#go'));
    expect(await gainedIn(frame)).toBe('tried');
    await moved;
    await page.evaluate(() => fetch('/api/account').then((answer) => answer.text()));
    expect(page.url()).toBe(`${harness.redraw.url}/s/${project.session}#own`);
    await page.close();
  });
});

describe.each(places)('a popup of an app in %s', (place) => {
  test('shows nothing of Redraw, and holds nothing of it', async () => {
    const { page, frame } = await harness.attack(place, () => {
      const own = window as unknown as { popup: Window | null; openPopup(url: string): void; look(): unknown };
      own.openPopup = (url) => {
        own.popup = window.open(url);
      };
      own.look = () => {
        const attempt = (what: () => unknown) => {
          try {
            return String(what());
          } catch (error) {
            return (error as Error).name;
          }
        };
        return [
          attempt(() => own.popup?.document.body.innerText || 'nothing'),
          attempt(() => own.popup?.localStorage.length),
          attempt(() => own.popup?.length ?? 0),
        ];
      };
      return null;
    });
    const pages = ['/', '/account', `/s/${'a'.repeat(26)}`, '/_redraw/app/index.html'];
    for (const path of [...pages, '/api/account', '/api/sessions']) {
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        frame.evaluate(
          (url) => (window as unknown as { openPopup(url: string): void }).openPopup(url),
          harness.redraw.url + path,
        ),
      ]);
      await popup.waitForLoadState().catch(() => null);
      const text = await popup.evaluate(() => document.body.innerText);
      if (path.startsWith('/api/')) expect(JSON.parse(text).code).toBe('forbidden_origin');
      else expect([popup.url(), text]).toEqual([errorPage, expect.stringMatching(errorText)]);
      const seen = (await frame.evaluate(() => (window as unknown as { look(): string[] }).look())) as string[];
      expect(seen[2]).toBe('0');
      for (const one of seen) expect(one).toMatch(/^(SecurityError|TypeError|nothing|0|undefined)$/);
      await popup.close();
    }
    await page.close();
  });

  test('is in the same sandbox', async () => {
    const { page, frame, project } = await harness.attack(place, () => null);
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      frame.evaluate((url) => void window.open(url), `${project.previewUrl}?popup`),
    ]);
    await popup.waitForLoadState();
    const got = await popup.evaluate(async () => {
      const worker = await navigator.serviceWorker.register('/attack.js').catch((error: Error) => error.name);
      const orientation = screen.orientation as unknown as { lock(to: string): Promise<void> };
      const lock = await orientation.lock('portrait').then(
        () => 'locked',
        (error: Error) => error.name,
      );
      return { worker, lock, framesOfOpener: window.opener?.top?.frames.length ?? 0 };
    });
    expect(got).toEqual({ worker: 'TypeError', lock: 'SecurityError', framesOfOpener: 0 });
    await popup.close();
    await page.close();
  });
});

test('the tab that the builder opens an app in has no hold on the builder', async () => {
  const { page, project } = await harness.attack('the builder', () => null);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  const [tab] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Open in a new tab' }).click(),
  ]);
  await tab.waitForLoadState();
  const held = await tab.evaluate(() => ({ opener: window.opener, referrer: document.referrer, name: window.name }));
  expect(held).toEqual({ opener: null, referrer: '', name: '' });
  await tab.close();
  await harness.expectUnharmed(page, project);
  await page.close();
});
