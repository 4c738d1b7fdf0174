import { existsSync } from 'node:fs';
import { type Browser, firefox } from 'playwright-core';
import { patient } from './chromium.ts';

const candidates = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The Firefox of this machine, or null. `FIREFOX_PATH` names another. */
export function firefoxPath(): string | null {
  const own = process.env.FIREFOX_PATH;
  if (own) return existsSync(own) ? own : null;
  const found = [...candidates, firefox.executablePath()].find((path) => path !== '' && existsSync(path));
  return found ?? null;
}

interface BidiSession {
  send(method: string, params: unknown): Promise<unknown>;
}

/**
 * Skips a command that Playwright always sends for the colour scheme of a new context, and that Debian's Firefox does not support yet.
 * Firefox's own default is the light scheme.
 */
function withoutColourSchemes(browser: Browser): Browser {
  const inside = browser as unknown as {
    _connection: { toImpl(browser: Browser): { _browserSession: BidiSession } };
  };
  const session = inside._connection.toImpl(browser)._browserSession;
  const send = session.send.bind(session);
  session.send = async (method, params) =>
    method === 'emulation.setMediaFeaturesOverride' ? {} : send(method, params);
  return browser;
}

/**
 * Starts Firefox with a new profile: a stock Firefox over WebDriver BiDi, which this channel selects, or the build of Playwright.
 *
 * @throws Error with a sentence that says what to install
 */
export async function launchFirefox(): Promise<Browser> {
  const executablePath = firefoxPath();
  if (executablePath === null)
    throw new Error('There is no Firefox on this machine: install it (Debian: firefox-esr), or set FIREFOX_PATH.');
  if (executablePath === firefox.executablePath()) return patient(await firefox.launch());
  return patient(withoutColourSchemes(await firefox.launch({ executablePath, channel: 'moz-firefox' })));
}
