import lighthouse, { type Result } from 'lighthouse';
import { type Browser, chromium } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { freePort } from './free-port.ts';
import type { Visitor } from './visitor.ts';

/** Lighthouse's measure of a page's speed, on a mid-range phone with a slow network. */
export interface Speed {
  /** Percent. */
  performance: number;
  /** Cumulative layout shift. */
  layoutShift: number;
}

/**
 * Benchmark index of the machine for which Lighthouse's 4x CPU slowdown is meant, and its lower bound (Lighthouse: docs/throttling.md).
 * On a slower or busy machine, a slowdown of 4x would simulate a phone that does not exist.
 */
const desktopIndex = { usual: 1750, least: 1500 };
const desktopSlowdown = 4;

/** Chromium with Lighthouse, for one visitor. */
export class Inspector {
  readonly #browser: Browser;
  readonly #port: number;
  #slowdown = desktopSlowdown;

  private constructor(browser: Browser, port: number) {
    this.#browser = browser;
    this.#port = port;
  }

  static async open(visitor: Visitor): Promise<Inspector> {
    const port = await freePort();
    const browser = await launchChromium([`--remote-debugging-port=${port}`]);
    // Lighthouse opens pages in the browser's default profile, which only a connection over CDP gives access to.
    const connected = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const [name = '', value = ''] = (visitor.cookie ?? '').split(/=(.*)/);
    const url = visitor.url.replace('http:', 'https:');
    // A cookie of the session would be gone with the first page that Lighthouse closes.
    const expires = Date.now() / 1000 + 86_400;
    await connected.contexts()[0]?.addCookies([{ name, value, url, secure: true, expires }]);
    await connected.close();
    return new Inspector(browser, port);
  }

  /** Measures a page. What it sees of the speed of this machine counts from the next time on. */
  async measure(url: string): Promise<Speed> {
    const { audits, categories, environment } = await this.#look(url, ['performance']);
    const { benchmarkIndex } = environment;
    this.#slowdown =
      benchmarkIndex < desktopIndex.least
        ? Math.max(1, (desktopSlowdown * benchmarkIndex) / desktopIndex.usual)
        : desktopSlowdown;
    return {
      performance: Math.round((categories.performance?.score ?? 0) * 100),
      layoutShift: audits['cumulative-layout-shift']?.numericValue ?? Number.NaN,
    };
  }

  /** What is wrong with a page in accessibility and best practices, whatever its speed. Empty where all is well. */
  async faults(url: string): Promise<string[]> {
    const { audits, categories } = await this.#look(url, ['accessibility', 'best-practices']);
    const weighed = Object.values(categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
    return weighed.flatMap(({ id }) => {
      const { title, score, details } = audits[id] ?? { title: id, score: 0 };
      return score === null || score === 1 ? [] : [`${title}: ${JSON.stringify(details)}`];
    });
  }

  /** Loads a page with an empty cache and looks at it. */
  async #look(url: string, onlyCategories: string[]): Promise<Result> {
    const look = () =>
      lighthouse(url, {
        port: this.#port,
        logLevel: 'silent',
        onlyCategories,
        disableStorageReset: true,
        throttling: { cpuSlowdownMultiplier: this.#slowdown },
      });
    let { lhr } = (await look()) ?? {};
    // Lighthouse could not read its own trace: "Please run Lighthouse again."
    for (let more = 2; more > 0 && lhr?.runtimeError; more--) ({ lhr } = (await look()) ?? {});
    if (!lhr || lhr.runtimeError || lhr.finalDisplayedUrl !== url)
      throw new Error(`Lighthouse could not look at ${url}: ${lhr?.runtimeError?.message ?? lhr?.finalDisplayedUrl}`);
    return lhr;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
