import { parseCLI, startVitest, type Vitest } from 'vitest/node';
import { ensureBrowsers } from './browsers.ts';
import { FailureReporter } from './failure-reporter.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The parts of a whole run: tests of containers, which wait more than they compute, and all others. */
const parts = [['--project=!container'], ['--project=container']];

/** An engine of the tests' own does not disturb browsers (see `engine-up.sh`), so that both parts can go at once; others do. */
const atOnce = process.env.REDRAW_TEST_ENGINE !== undefined;

/** Runs all tests, or those that the arguments name, and prints how many passed and failed. */
async function test(args: string[]): Promise<number> {
  ensureBrowsers();
  const runs = args.length > 0 ? [args] : parts;
  const failures: string[] = [];
  const runOne = (one: string[]): Promise<Counts> => run(one, (text) => failures.push(text));
  const counts = sum(atOnce ? await Promise.all(runs.map(runOne)) : await inOrder(runs, runOne));
  // Last of all: a part that ended long before the other would be scrolled away, or cut off from a log.
  for (const text of failures) console.log(text);
  if (counts.skipped > 0) console.log(`${counts.skipped} skipped`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

async function inOrder(runs: readonly string[][], runOne: (args: string[]) => Promise<Counts>): Promise<Counts[]> {
  const counts: Counts[] = [];
  for (const args of runs) counts.push(await runOne(args));
  return counts;
}

/** Runs the tests that command-line arguments of Vitest name. @param tell takes the text on what failed */
async function run(args: string[], tell: (text: string) => void): Promise<Counts> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const vitest = await startVitest('test', filter, {
    ...options,
    watch: false,
    reporters: ['default', new FailureReporter({ write: tell })],
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
