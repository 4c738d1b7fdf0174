import { parseCLI, startVitest } from 'vitest/node';
import { ensureBrowsers } from './browsers.ts';
import { FailureReporter } from './failure-reporter.ts';

/** Runs all tests, or those that the arguments name, and prints how many passed and failed. */
async function test(args: string[]): Promise<number> {
  ensureBrowsers();
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const vitest = await startVitest('test', filter, {
    ...options,
    watch: false,
    reporters: ['default', new FailureReporter()],
  });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of vitest.state.getTestModules()) {
    const tests = [...module.children.allTests()];
    for (const { state } of tests.map((one) => one.result()))
      counts[({ passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'failed' } as const)[state]]++;
    // A file that could not be loaded has no tests, and counts as failed.
    if (module.errors().length > 0) counts.failed++;
  }
  counts.failed += vitest.state.getUnhandledErrors().length;
  await vitest.close();
  if (counts.skipped > 0) console.log(`${counts.skipped} skipped`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

try {
  process.exit(await test(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
