import lighthouse from 'lighthouse';
import { type Browser, chromium } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { freePort } from './redraw.ts';
import type { Visitor } from './visitor.ts';

/** What Lighthouse says of a page, on a phone of middling speed behind a slow network. Scores are percent. */
export interface Report {
  performance: number;
  accessibility: number;
  bestPractices: number;
  /** Cumulative layout shift. */
  layoutShift: number;
  /** What it finds wrong, with the share that it found reached. Empty where all is well. */
  remarks: string[];
}

/**
 * The speed of the machine that Lighthouse's own slowing down by four is meant for, as its benchmark index, and the least that counts
 * as such (Lighthouse: docs/throttling.md). On a slower one, or on one with other work to do, four would make a phone that nobody has.
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
    // Lighthouse opens its pages in the profile of the browser, which only this way of connecting shows.
    const connected = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const [name = '', value = ''] = (visitor.cookie ?? '').split(/=(.*)/);
    const url = visitor.url.replace('http:', 'https:');
    await connected.contexts()[0]?.addCookies([{ name, value, url, secure: true }]);
    await connected.close();
    return new Inspector(browser, port);
  }

  /** Loads a page with an empty cache and looks at it. What it sees of the speed of this machine counts from the next time on. */
  async inspect(url: string): Promise<Report> {
    const look = () =>
      lighthouse(url, {
        port: this.#port,
        logLevel: 'silent',
        onlyCategories: ['performance', 'accessibility', 'best-practices'],
        disableStorageReset: true,
        throttling: { cpuSlowdownMultiplier: this.#slowdown },
      });
    let { lhr } = (await look()) ?? {};
    // A trace that it could not read, by its own word: "Please run Lighthouse again."
    for (let more = 2; more > 0 && lhr?.runtimeError; more--) ({ lhr } = (await look()) ?? {});
    if (!lhr || lhr.runtimeError || lhr.finalDisplayedUrl !== url)
      throw new Error(`Lighthouse could not look at ${url}: ${lhr?.runtimeError?.message ?? lhr?.finalDisplayedUrl}`);
    const { benchmarkIndex } = lhr.environment;
    this.#slowdown =
      benchmarkIndex < desktopIndex.least
        ? Math.max(1, (desktopSlowdown * benchmarkIndex) / desktopIndex.usual)
        : desktopSlowdown;
    const percent = (id: string) => Math.round((lhr.categories[id]?.score ?? 0) * 100);
    const weighed = Object.values(lhr.categories).flatMap(({ auditRefs }) =>
      auditRefs.filter(({ weight }) => weight > 0),
    );
    const remarks = weighed.flatMap(({ id }) => {
      const { title, score, displayValue = '' } = lhr.audits[id] ?? { title: id, score: 0 };
      return score === null || score >= 0.95 ? [] : [`${title} ${displayValue} (${Math.round(score * 100)} %)`];
    });
    return {
      performance: percent('performance'),
      accessibility: percent('accessibility'),
      bestPractices: percent('best-practices'),
      layoutShift: lhr.audits['cumulative-layout-shift']?.numericValue ?? Number.NaN,
      remarks,
    };
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
