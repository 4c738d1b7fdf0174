import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumPath } from '../test/support/chromium.ts';

const playwright = join(import.meta.dirname, '../node_modules/playwright-core/cli.js');

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  return spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

function installWithApt(): boolean {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return false;
  console.log('Installing Chromium with apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return run('apt-get', ['update', '-qq'], env) && run('apt-get', ['install', '-y', '-qq', 'chromium'], env);
}

function installWithPlaywright(): boolean {
  console.log('Downloading Chromium …');
  return run(process.execPath, [playwright, 'install', 'chromium']);
}

/** Finds Chromium, or installs it. @throws Error with a sentence that says what to install */
export function ensureChromium(): void {
  if (chromiumPath() !== null) return;
  if ((installWithApt() || installWithPlaywright()) && chromiumPath() !== null) return;
  throw new Error('The browser tests need Chromium: install it with your package manager, or set CHROMIUM_PATH.');
}
