import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const candidates = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** The Chromium of this machine, or null. `CHROMIUM_PATH` names another. */
export function chromiumPath(): string | null {
  const own = process.env.CHROMIUM_PATH;
  if (own) return existsSync(own) ? own : null;
  const found = [...candidates, chromium.executablePath()].find((path) => path !== '' && existsSync(path));
  return found ?? null;
}

/** Chromium without a window, which takes a third of the processor time; Chromium where there is none. */
function shellPath(): string | null {
  const shell = '/usr/bin/chromium-headless-shell';
  return !process.env.CHROMIUM_PATH && existsSync(shell) ? shell : chromiumPath();
}

/**
 * Replaces Playwright's own list (the last switch of a name wins), which has ThirdPartyStoragePartitioning: that denies storage to framed
 * previews.
 */
const disabledFeatures =
  '--disable-features=DialMediaRouteProvider,GlobalMediaControls,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,NetworkTimeServiceQuerying,Translate';

/**
 * Starts Chromium's headless shell with a new profile, and without background requests.
 *
 * @param args additional switches
 */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  return launch(shellPath(), args);
}

/** Starts Chromium as people use it, but for the window: with its own error pages, and a page's focus as in a window. */
export function launchWholeChromium(args: readonly string[] = []): Promise<Browser> {
  return launch(chromiumPath(), args);
}

/** Gives a browser's pages time: how soon something comes is no matter of a test, and Playwright's 30 s are too few on a busy machine. */
export function patient(browser: Browser): Browser {
  browser.on('context', (context) => context.setDefaultTimeout(120_000));
  return browser;
}

async function launch(executablePath: string | null, args: readonly string[]): Promise<Browser> {
  if (executablePath === null)
    throw new Error('There is no Chromium on this machine: install it, or set CHROMIUM_PATH.');
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      disabledFeatures,
      ...args,
    ],
  });
  return patient(browser);
}
