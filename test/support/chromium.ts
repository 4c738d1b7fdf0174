import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The shell has no window, and takes a third of the other's processor time. */
const candidates = [
  '/usr/bin/chromium-headless-shell',
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

/**
 * Replaces Playwright's own list (the last switch of a name wins), which has ThirdPartyStoragePartitioning: that denies storage to framed
 * previews.
 */
const disabledFeatures =
  '--disable-features=DialMediaRouteProvider,GlobalMediaControls,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,NetworkTimeServiceQuerying,Translate';

/**
 * Starts Chromium with a new profile, and without background requests.
 *
 * @param args additional switches
 */
export async function launchChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null)
    throw new Error('There is no Chromium on this machine: install it, or set CHROMIUM_PATH.');
  return chromium.launch({
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
}
