// Installs the dependencies where they are missing or outdated. Runs first, on any Node that the machine has: plain Node 20 code.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.redraw-lockfile`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (installed !== wanted) {
  console.log('Installing dependencies …');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) {
    console.error('The dependencies could not be installed: npm ci failed, see above.');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

// The first Node that runs TypeScript without a flag.
const [major, minor] = process.versions.node.split('.').map(Number);
const ownNode = existsSync(`${root}node_modules/.bin/node`);
if (!ownNode && (major < 22 || (major === 22 && minor < 18))) {
  console.error(`Redraw needs Node 22.18 or newer on this system; this is ${process.version}.`);
  process.exit(1);
}
