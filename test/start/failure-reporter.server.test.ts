import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

const files = {
  'vitest.config.ts': `
    import { FailureReporter } from ${JSON.stringify(join(root, 'scripts/failure-reporter.ts'))};
    export default { test: { reporters: ['default', new FailureReporter()], include: ['test/**/*.test.ts'] } };`,
  'test/rules.test.ts': `import { beforeAll, describe, expect, it } from 'vitest';
    describe("the visitor's rules", () => {
      it('costs $1 (at most)', () => {
        expect(['a → b'], 'no circles').toEqual([]);
      });
      it('costs $1 (at most) and more', () => expect(1).toBe(2));
      it('passes', () => {});
    });
    describe('a hook', () => {
      beforeAll(() => { throw new Error('no server'); });
      it('waits', () => {});
    });`,
  'test/broken.test.ts': `import './missing.ts';`,
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redraw-reporter-'));
  mkdirSync(join(folder, 'test'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a shell command in which `npm test --` is a run of this folder's tests. */
function run(command: string): Promise<string> {
  const vitest = `'${process.execPath}' '${join(root, 'node_modules/vitest/vitest.mjs')}' run`;
  const { VITEST, NODE_ENV, ...env } = process.env;
  const child = spawn('/bin/sh', ['-c', command.replace('npm test --', () => vitest)], {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data));
  return new Promise((resolve) => child.once('close', () => resolve(printed)));
}

it('ends a red run with what failed, and with commands that run just that', async () => {
  const printed = await run('npm test --');
  const blocks = printed.slice(printed.indexOf('To repeat what failed:')).trim().split('\n\n').slice(1);
  expect(blocks.map((block) => block.split('\n')[0]).sort()).toEqual([
    'test/broken.test.ts:1',
    'test/rules.test.ts:10',
    "test/rules.test.ts:4 › the visitor's rules › costs $1 (at most)",
    "test/rules.test.ts:6 › the visitor's rules › costs $1 (at most) and more",
  ]);
  const first = blocks.find((block) => block.includes('no circles')) ?? '';
  const again = await run(first.split('\n').at(-1) ?? '');
  expect(again).toContain('no circles');
  expect(again).toMatch(/Tests +1 failed \| 3 skipped/);
});
