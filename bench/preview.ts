import type { BrowserContext, Page, Request } from 'playwright-core';
import { launchChromium } from '../test/support/chromium.ts';
import { crowdPacedMs } from './crowd.ts';
import { Client } from './support/client.ts';
import type { Part, Scope } from './support/part.ts';
import type { Repetitions } from './support/repeat.ts';
import { type Row, row } from './support/report.ts';
import { partMs } from './support/run-part.ts';
import { editReply, editStyle, editText, sampleApp, tokens } from './support/sample.ts';
import type { PlannedTurn, Stand, TurnScript } from './support/stand.ts';

const parts = 20;

interface PreviewSamples {
  /** From the last byte of Claude's change to its repaint. Milliseconds. */
  styles: number[];
  reload: number[];
  /** KB that the browser loads after a change of one line, headers included. */
  loaded: number[];
  /** The same as a multiple of the project's size: 1 would be a full reload. */
  share: number[];
}

/** An observation in one of the frames, in UNIX milliseconds with fractions. */
interface Sight {
  what: string;
  at: number;
}

/**
 * Runs in every frame, after each change in it. In a previewed app: which edition it shows. In Redraw's page: when it has brought another
 * preview frame to the top.
 */
function watchFrames(): void {
  const tell = Reflect.get(globalThis, 'benchSight') as (sight: Sight) => void;
  let last = '';
  let top: Element | undefined;
  const afterThisFrame = (what: string): void => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => tell({ what, at: performance.timeOrigin + performance.now() });
    port2.postMessage(null);
  };
  const look = (): void => {
    isDue = false;
    if (window.parent === window) {
      const frame = [...document.querySelectorAll('iframe')].find((one) => one.style.zIndex === '1');
      if (frame && frame !== top) afterThisFrame('on top');
      top = frame;
      return;
    }
    const heading = document.getElementById('edition');
    if (!heading) return;
    const what = `${heading.textContent}, style ${getComputedStyle(heading).getPropertyValue('--edition').trim()}`;
    if (what !== last) afterThisFrame(what);
    last = what;
  };
  let isDue = false;
  // Only after a change: requesting every frame would itself cause work, most of all without a GPU.
  const lookSoon = (): void => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(look);
  };
  const all = { childList: true, subtree: true, attributes: true, characterData: true };
  new MutationObserver(lookSoon).observe(document, all);
  // A style sheet takes effect when it has loaded.
  document.addEventListener('load', lookSoon, { capture: true });
}

/** A page of Redraw in Chromium, and the observations of its frames. */
class Viewer {
  readonly page: Page;
  readonly #sights: Sight[] = [];
  #wake: () => void = () => undefined;
  readonly #loaded: Request[] = [];
  readonly #signal: AbortSignal;

  private constructor(page: Page, signal: AbortSignal) {
    this.page = page;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    page.on('requestfinished', (request) => this.#loaded.push(request));
  }

  /** @param signal ends all waiting */
  static async open(context: BrowserContext, url: string, signal: AbortSignal): Promise<Viewer> {
    const page = await context.newPage();
    const viewer = new Viewer(page, signal);
    await page.exposeBinding('benchSight', (_source, sight: Sight) => {
      viewer.#sights.push(sight);
      viewer.#wake();
    });
    await page.addInitScript(watchFrames);
    await page.goto(url);
    return viewer;
  }

  /** Discards the observations so far. */
  forget(): void {
    this.#sights.length = 0;
  }

  /** When something was first observed since the last `forget`. Waits for it. */
  async sight(what: string): Promise<number> {
    for (;;) {
      const found = this.#sights.find((sight) => sight.what === what);
      if (found) return found.at;
      this.#signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Bytes of the answers from preview hosts since the last call, headers included. */
  async loadedBytes(): Promise<number> {
    const requests = this.#loaded.splice(0).filter((request) => /^[a-z2-7]{26}\./.test(new URL(request.url()).host));
    const sizes = await Promise.all(requests.map((request) => request.sizes()));
    return sizes.reduce((sum, size) => sum + size.responseBodySize + size.responseHeadersSize, 0);
  }

  /** Types a prompt and sends it. */
  async prompt(text: string): Promise<void> {
    const box = this.page.locator('textarea').first();
    await box.fill(text);
    await box.press('Enter');
  }
}

/** When Claude finished writing its reply, in UNIX milliseconds. */
function writtenAt({ requests }: PlannedTurn): number {
  return performance.timeOrigin + (requests[0]?.sentAt.at(-1) ?? Number.NaN);
}

/** Resolves when the turn has ended and the page is idle. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.sheet.is-drawing'));
}

/** Changes an app in the real page, alternating between its styles and its code. */
async function measurePreview(
  stand: Stand,
  { onEnd, signal, repeat }: Scope,
  times: Repetitions,
): Promise<PreviewSamples> {
  const samples: PreviewSamples = { styles: [], reload: [], loaded: [], share: [] };
  const browser = await launchChromium();
  onEnd(() => browser.close());
  signal.throwIfAborted();
  const viewer = await Viewer.open(await browser.newContext(), stand.redraw.url, signal);
  const run = async (script: TurnScript): Promise<PlannedTurn> => {
    const planned = stand.plan(script);
    await viewer.prompt(planned.prompt);
    return planned;
  };
  const app = sampleApp(parts);
  await run([editReply(app.inputs, 0)]);
  await viewer.sight('edition 0, style 0');
  await viewer.sight('on top');
  await repeat(times, async (at) => {
    const edition = at + 1;
    await settled(viewer.page);
    const restyled = await run([editReply([editStyle(at, edition)])]);
    const swapped = await viewer.sight(`edition ${at}, style ${edition}`);
    samples.styles.push(swapped - writtenAt(restyled));

    await settled(viewer.page);
    await viewer.loadedBytes();
    viewer.forget();
    const rewritten = await run([editReply([editText(at, edition)])]);
    const painted = await viewer.sight(`edition ${edition}, style ${edition}`);
    // Two processes observe, in any order: the change is visible once both have painted it.
    const onTop = await viewer.sight('on top');
    samples.reload.push(Math.max(painted, onTop) - writtenAt(rewritten));
    await settled(viewer.page);
    const loaded = await viewer.loadedBytes();
    samples.loaded.push(loaded / 1024);
    samples.share.push(loaded / app.bytes);
  });
  return samples;
}

function rowsOf(key: string, when: string, { styles, reload, loaded, share }: PreviewSamples): Row[] {
  return [
    row(`${key}.styles`, `file written to picture, styles${when}`, 'ms', styles, { peer: 253 }),
    row(`${key}.code`, `file written to picture, code (new document)${when}`, 'ms', reload, { peer: 253 }),
    row(`${key}.loaded`, `preview loads after a change of one line${when}`, 'KB', loaded),
    row(`${key}.share`, `preview loads after a change of one line, times the project${when}`, 'x', share),
  ];
}

/** One visitor's preview on an otherwise idle Redraw. */
export const preview: Part = {
  name: 'preview',
  run: async (scope) => rowsOf('preview', '', await measurePreview(await scope.stand(), scope, { least: 4, most: 8 })),
};

/** Streams beside the preview. */
const streams = 100;

/** One visitor's preview, while other sessions stream text. */
export const busyPreview: Part = {
  name: 'busy-preview',
  spoilsStand: true,
  async run(scope) {
    const stand = await scope.stand();
    const text = tokens(partMs / crowdPacedMs, { delayMs: crowdPacedMs });
    const clients = Array.from({ length: streams }, () => new Client(stand.redraw.url));
    scope.onEnd(() => clients.map((client) => client.close()));
    const planned = clients.map(() => stand.plan([text]));
    // They end when the clients are closed.
    const begun = planned.map((turn, at) => Promise.race([turn.begun, clients[at]?.turn(turn.prompt)]));
    await Promise.all(begun);
    const samples = await measurePreview(stand, scope, { least: 3, most: 6 });
    return rowsOf('busy-preview', `, beside ${streams} streams`, samples);
  },
};
