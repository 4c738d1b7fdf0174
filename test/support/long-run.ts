const isLong = process.env.REDRAW_LONG === '1';

/**
 * Parameters of a test with random input: its number of runs, and the seed, which is printed so that any run can be repeated.
 * `REDRAW_LONG=1` (`npm run test:long`) makes it `longRuns`, `REDRAW_SEED` sets the seed.
 */
export function longRun(numRuns: number, longRuns = 100_000): { numRuns: number; seed: number } {
  const seed = Number(process.env.REDRAW_SEED ?? Date.now() % 2 ** 31);
  const runs = isLong ? Math.max(numRuns, longRuns) : numRuns;
  console.log(`${runs} runs, REDRAW_SEED=${seed}`);
  return { numRuns: runs, seed };
}

/** Options of the tests that use `longRun`: time for all the runs. */
export const longPatience: { timeout?: number } = isLong ? { timeout: 3_600_000 } : {};
