import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cost, measureCost } from '../../bench/cost.ts';
import { measureHops, type PromptHops } from '../../bench/hops.ts';
import { overGoal } from '../../bench/support/bill.ts';
import { isBetweenObjects, isShared, nameOf } from '../../bench/support/critical-path.ts';
import { type MeteredStand, startMeteredStand } from '../../bench/support/metered-stand.ts';

let stand: MeteredStand;
let costs: Cost[];
let hops: PromptHops[];

beforeAll(async () => {
  stand = await startMeteredStand(5);
  costs = await measureCost(stand);
  hops = await measureHops(stand);
});

afterAll(() => stand?.close());

describe('what Cloudflare bills for', () => {
  it.each(['turn', 'undo', 'idle socket'])('stays within its goals: %s', (name) => {
    const named = costs.filter(({ what }) => what.startsWith(name));
    expect(named).not.toEqual([]);
    expect(named.flatMap(({ what, usage, goal }) => overGoal(what, usage, goal))).toEqual([]);
  });
});

/** The most calls between objects in a row, and how many of them go to an object that all share. The goal is 2, and 0. */
const most: Record<string, [inRow: number, shared: number]> = {
  'visitor, new': [3, 2],
  'visitor, known': [3, 2],
  'visitor, known, new project': [3, 2],
  'user, new project': [3, 2],
  'user, known project': [3, 2],
  'own key, new project': [1, 0],
  'own key, known project': [1, 0],
  'user with own key, known project': [1, 0],
};

describe('before the request to Claude leaves', () => {
  it.each(Object.entries(most))('waits for no more calls between objects than it has to: %s', (sender, limit) => {
    const inRow = hops.find(({ who }) => who === sender)?.inRow.filter(isBetweenObjects) ?? [];
    const names = inRow.map(nameOf).join(', ');
    expect(inRow.length, names).toBeGreaterThan(0);
    expect(inRow.length, names).toBeLessThanOrEqual(limit[0]);
    expect(inRow.filter(isShared).length, names).toBeLessThanOrEqual(limit[1]);
  });

  it('waits for one call of the account where the visitor’s own key pays', () => {
    const own = hops.find(({ who }) => who === 'own key, known project');
    expect(own?.all.map(nameOf)).toEqual(['Worker → Session.chat', 'Session → Account.admit']);
  });
});
