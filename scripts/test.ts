import { parseCLI, startVitest, type Vitest } from 'vitest/node';
import { ensureBrowsers } from './browsers.ts';
import { FailureReporter } from './failure-reporter.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Tests of containers wait more than they compute: of a whole run, they go beside the others. */
const wholeRun = [['--project=!container'], ['--project=container']];

/** Runs all tests, or those that the arguments name, and prints how many passed and failed. */
async function test(args: string[]): Promise<number> {
  ensureBrowsers();
  const runs = args.length === 0 ? wholeRun : [args];
  const counts = sum(await Promise.all(runs.map(run)));
  if (counts.skipped > 0) console.log(`${counts.skipped} skipped`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

/** Runs the tests that command-line arguments of Vitest name. */
async function run(args: string[]): Promise<Counts> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const vitest = await startVitest('test', filter, {
    ...options,
    watch: false,
    reporters: ['default', new FailureReporter()],
  });
  const counts = countsOf(vitest);
  await vitest.close();
  return counts;
}

function countsOf(vitest: Vitest): Counts {
  const counts = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0 };
  for (const module of vitest.state.getTestModules()) {
    const tests = [...module.children.allTests()];
    for (const { state } of tests.map((one) => one.result()))
      counts[({ passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'failed' } as const)[state]]++;
    // A file that could not be loaded has no tests, and counts as failed.
    if (module.errors().length > 0) counts.failed++;
  }
  return counts;
}

function sum(all: readonly Counts[]): Counts {
  const total = (of: keyof Counts) => all.reduce((before, counts) => before + counts[of], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

try {
  process.exit(await test(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
