import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cost, measureCost } from '../../bench/cost.ts';
import { measureHops, mostHops, type PromptHops } from '../../bench/hops.ts';
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

describe('before the request to Claude leaves', () => {
  const rows = (): string[] => hops.map(({ who, inRow }) => `${who}: ${inRow.map(nameOf).join(', ')}`);

  it(`waits for at most ${mostHops} calls between objects in a row`, () => {
    const tooMany = hops.filter(({ inRow }) => inRow.filter(isBetweenObjects).length > mostHops);
    expect(
      tooMany.map(({ who }) => who),
      rows().join('\n'),
    ).toEqual([]);
  });

  it('waits for no object that all share', () => {
    const shared = hops.filter(({ inRow }) => inRow.some(isShared));
    expect(
      shared.map(({ who }) => who),
      rows().join('\n'),
    ).toEqual([]);
  });

  it('waits for one call of the account where the visitor’s own key pays', () => {
    const own = hops.filter(({ who }) => who === 'own key, known project');
    expect(own.map(({ all }) => all.map(nameOf))).toEqual([['Worker → Session.chat', 'Session → Account.admit']]);
  });
});
