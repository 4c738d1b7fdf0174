import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumPath } from '../test/support/chromium.ts';
import { firefoxPath } from '../test/support/firefox.ts';

const playwright = join(import.meta.dirname, '../node_modules/playwright-core/cli.js');

const requiredBrowsers = [
  { name: 'Chromium', path: chromiumPath, debian: 'chromium', playwright: 'chromium', setting: 'CHROMIUM_PATH' },
  { name: 'Firefox', path: firefoxPath, debian: 'firefox-esr', playwright: 'firefox', setting: 'FIREFOX_PATH' },
] as const;

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  return spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

function installWithApt(packages: readonly string[]): void {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return;
  console.log(`Installing ${packages.join(' and ')} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!run('apt-get', ['update', '-qq'], env)) return;
  run('apt-get', ['install', '-y', '-qq', ...packages], env);
  // It only makes the tests faster, and not every distribution has it.
  run('apt-get', ['install', '-y', '-qq', 'chromium-headless-shell'], env);
}

/** Finds Chromium and Firefox, or installs them. @throws Error with a sentence that says what to install */
export function ensureBrowsers(): void {
  const missing = requiredBrowsers.filter(({ path }) => path() === null);
  if (missing.length === 0) return;
  installWithApt(missing.map(({ debian }) => debian));
  for (const one of missing.filter(({ path }) => path() === null)) {
    console.log(`Downloading ${one.name} …`);
    if (run(process.execPath, [playwright, 'install', one.playwright]) && one.path() !== null) continue;
    const { name, debian, setting } = one;
    throw new Error(
      `The browser tests need ${name}: install it with your package manager (Debian: ${debian}), or set ${setting}.`,
    );
  }
}
