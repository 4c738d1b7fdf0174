const isLong = process.env.REDRAW_LONG === '1';

/**
 * Parameters of a test with random input: its number of runs, and the seed. The input is the same each time, so that a red test is the
 * change's own doing; `REDRAW_LONG=1` (`npm run test:long`) takes a new seed and makes it `longRuns`. The seed is printed, and
 * `REDRAW_SEED` sets it, so that any run can be repeated.
 */
export function longRun(numRuns: number, longRuns = 100 * numRuns): { numRuns: number; seed: number } {
  const seed = Number(process.env.REDRAW_SEED ?? (isLong ? Date.now() % 2 ** 31 : 1));
  if (isLong) console.log(`${longRuns} runs, REDRAW_SEED=${seed}`);
  return { numRuns: isLong ? longRuns : numRuns, seed };
}
