import type { BrowserContext, Page, Request } from 'playwright-core';
import { launchChromium } from '../test/support/chromium.ts';
import { print, type Row, row } from './support/report.ts';
import { editReply, editStyle, editText, sampleApp } from './support/sample.ts';
import { type PlannedTurn, type Stand, type TurnScript, withStand } from './support/stand.ts';

const parts = 20;

/** Milliseconds after which a missing repaint is an error. */
const patienceMs = 60_000;

export interface PreviewSamples {
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
 * Runs in every frame, at each animation frame. In a previewed app: which edition it shows. In Redraw's page: when it has brought another
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
    requestAnimationFrame(look);
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
  requestAnimationFrame(look);
}

/** A page of Redraw in Chromium, and the observations of its frames. */
class Viewer {
  readonly page: Page;
  readonly #sights: Sight[] = [];
  #wake: () => void = () => undefined;
  readonly #loaded: Request[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('requestfinished', (request) => this.#loaded.push(request));
  }

  static async open(context: BrowserContext, url: string): Promise<Viewer> {
    const page = await context.newPage();
    const viewer = new Viewer(page);
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

  /**
   * When something was first observed since the last `forget`.
   *
   * @throws Error where it is not observed in time
   */
  async sight(what: string): Promise<number> {
    const late = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = this.#sights.find((sight) => sight.what === what);
      if (found) return found.at;
      if (late.aborted) throw new Error(`The preview never showed: ${what}. Seen: ${JSON.stringify(this.#sights)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        late.addEventListener('abort', () => resolve(), { once: true });
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

/** Changes an app in the real page, alternating between its styles and its code. */
export async function measurePreview(stand: Stand, count = 15): Promise<PreviewSamples> {
  const samples: PreviewSamples = { styles: [], reload: [], loaded: [], share: [] };
  const browser = await launchChromium();
  try {
    const viewer = await Viewer.open(await browser.newContext(), stand.redraw.url);
    const run = async (script: TurnScript): Promise<PlannedTurn> => {
      const planned = stand.plan(script);
      await viewer.prompt(planned.prompt);
      return planned;
    };
    const app = sampleApp(parts);
    await run([editReply(app.inputs, 0)]);
    await viewer.sight('edition 0, style 0');
    await viewer.sight('on top');
    for (let edition = 1; edition <= count; edition++) {
      await settled(viewer.page);
      const restyled = await run([editReply([editStyle(edition - 1, edition)])]);
      const swapped = await viewer.sight(`edition ${edition - 1}, style ${edition}`);
      samples.styles.push(swapped - writtenAt(restyled));

      await settled(viewer.page);
      await viewer.loadedBytes();
      viewer.forget();
      const rewritten = await run([editReply([editText(edition - 1, edition)])]);
      const painted = await viewer.sight(`edition ${edition}, style ${edition}`);
      // Two processes observe, in any order: the change is visible once both have painted it.
      const onTop = await viewer.sight('on top');
      samples.reload.push(Math.max(painted, onTop) - writtenAt(rewritten));
      await settled(viewer.page);
      const loaded = await viewer.loadedBytes();
      samples.loaded.push(loaded / 1024);
      samples.share.push(loaded / app.bytes);
    }
  } finally {
    await browser.close();
  }
  return samples;
}

/** Resolves when the turn has ended and the page is idle. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.sheet.is-drawing'));
}

export function previewRows(one: PreviewSamples | null, crowd: PreviewSamples | null): Row[] {
  const both = (kind: keyof PreviewSamples) => ({ one: one?.[kind] ?? [], crowd: crowd?.[kind] ?? [] });
  return [
    row('file written to picture, styles', 'ms', both('styles'), 253),
    row('file written to picture, code (new document)', 'ms', both('reload'), 253),
    row('preview loads after a change of one line', 'KB', both('loaded')),
    row('the same, as a multiple of the project', 'x', both('share')),
  ];
}

if (import.meta.main) {
  const samples = await withStand((stand) => measurePreview(stand));
  print(previewRows(samples, null), 0);
}
