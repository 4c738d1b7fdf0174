import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { allowsModel, builtInPlans, PlansShape, planOf } from '../src/plans.ts';

const builtIn = builtInPlans('claude-haiku-5-5');

describe('the plans', () => {
  it('that are built in have the shape of PLANS', () => {
    expect(v.parse(PlansShape, structuredClone(builtIn))).toEqual(builtIn);
  });

  it('of everybody is the first, also where one is gone', () => {
    expect([planOf(builtIn, null).id, planOf(builtIn, 'gone').id, planOf(builtIn, 'pro').id]).toEqual([
      'free',
      'free',
      'pro',
    ]);
  });

  it('tell which models credits pay for', () => {
    const [free, pro] = [planOf(builtIn, 'free'), planOf(builtIn, 'pro')];
    expect([allowsModel(free, 'claude-haiku-5-5'), allowsModel(free, 'claude-opus-5-5')]).toEqual([true, false]);
    expect(allowsModel(pro, 'claude-opus-5-5')).toBe(true);
  });
});

const plan = { id: 'free', name: 'Free', models: ['*'] };

it('a plan may be short', () => {
  expect(v.parse(PlansShape, { plans: [plan] })).toMatchObject({
    plans: [{ dailyCredits: 0, monthlyCredits: 0, projects: null, sandboxSleepSeconds: 120, customHosts: 0 }],
    bundles: [],
  });
});

it.each([
  ['no plan', { plans: [] }],
  ['two of one id', { plans: [plan, plan] }],
  ['an id with a space', { plans: [{ ...plan, id: 'a b' }] }],
  ['no models', { plans: [{ ...plan, models: [] }] }],
  ['negative credits', { plans: [{ ...plan, dailyCredits: -1 }] }],
  ['a bundle of nothing', { plans: [plan], bundles: [{ id: 'small', credits: 0, usd: 6 }] }],
  ['two bundles of one id', { plans: [plan], bundles: [1, 2].map((usd) => ({ id: 'small', credits: 1, usd })) }],
])('are refused with %s', (_, value) => {
  expect(v.safeParse(PlansShape, value).success).toBe(false);
});
