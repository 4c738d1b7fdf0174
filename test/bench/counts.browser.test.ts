import { expect, it } from 'vitest';
import { measureBrowserCost } from '../../bench/cost.ts';
import { overGoal } from '../../bench/support/bill.ts';
import { startMeteredStand } from '../../bench/support/metered-stand.ts';

it('an idle tab costs nothing in eight hours, and a preview that is loaded again asks little', async () => {
  const stand = await startMeteredStand();
  try {
    const costs = await measureBrowserCost(stand);
    expect(costs.flatMap(({ what, usage, goal }) => overGoal(what, usage, goal))).toEqual([]);
  } finally {
    await stand.close();
  }
});
