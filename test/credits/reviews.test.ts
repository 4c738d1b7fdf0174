import { describe, expect, it } from 'vitest';
import { businessDaysAfter } from '../../src/credits/business-days.ts';
import { platformFaults } from '../../src/credits/platform-faults.ts';
import { mayRestore, restorableOf } from '../../src/credits/restore-bounds.ts';
import { tipsFrom } from '../../src/credits/review-tips.ts';

describe('two business days', () => {
  it.each([
    ['2026-11-30T09:30:00Z', '2026-12-02T09:30:00.000Z', 'Monday'],
    ['2026-12-02T23:59:59Z', '2026-12-04T23:59:59.000Z', 'Wednesday'],
    ['2026-12-03T09:00:00Z', '2026-12-07T09:00:00.000Z', 'Thursday'],
    ['2026-12-04T09:00:00Z', '2026-12-08T09:00:00.000Z', 'Friday'],
    ['2026-12-05T00:00:00Z', '2026-12-08T00:00:00.000Z', 'Saturday'],
    ['2026-12-06T12:00:00Z', '2026-12-08T12:00:00.000Z', 'Sunday'],
  ])('after %s are %s (%s)', (from, to) => {
    expect(new Date(businessDaysAfter(Date.parse(from), 2)).toISOString()).toBe(to);
  });
});

describe('a clear fault of the platform', () => {
  const none = { code: null, lost: 0, upstreamFailures: 0 };
  it.each([
    [none, []],
    [{ ...none, code: 'internal' }, ['internal']],
    [{ ...none, upstreamFailures: 2 }, ['upstream']],
    [{ ...none, lost: 1 }, ['lost_object']],
    [{ code: 'internal', lost: 1, upstreamFailures: 1 }, ['internal', 'upstream', 'lost_object']],
    [{ ...none, code: 'going_in_circles' }, []],
    [{ code: 'going_in_circles', lost: 1, upstreamFailures: 3 }, []],
    [{ ...none, code: 'turn_limit' }, []],
    [{ ...none, code: 'credits_spent' }, []],
    [{ ...none, code: 'refused' }, []],
  ])('in %o is %o', (seen, faults) => {
    expect(platformFaults(seen)).toEqual(faults);
  });
});

describe('what is restored without an operator', () => {
  const free = { dailyCredits: 10, monthlyCredits: 0 };
  const credit = 1_000_000;

  it('is a tenth of a plan’s month, or of thirty of its days', () => {
    expect(restorableOf({ dailyCredits: 10, monthlyCredits: 1_400 })).toBe(140 * credit);
    expect(restorableOf(free)).toBe(30 * credit);
  });

  it.each([
    [0, [], false],
    [1, [], true],
    [30 * credit, [], true],
    [30 * credit + 1, [], false],
    [10 * credit, [10 * credit, 10 * credit], true],
    [10 * credit + 1, [10 * credit, 10 * credit], false],
    [1, [1, 1, 1], false],
  ])('%i after %o: %s', (amount, before, may) => {
    expect(mayRestore(amount, before, free)).toBe(may);
  });
});

describe('what would have spared credits', () => {
  const turn = {
    ...{ turn: 't', model: 'claude-opus-5-5', state: 'completed', at: 0, steps: 1, retries: 0, upstreamFailures: 0 },
    ...{ lost: 0, code: null, failingPreviews: 0, attachments: 0, contextShare: 0.2 },
    tokens: { input: 0, output: 9_000, cacheRead: 0, cacheWrite: 0 },
  };
  const small = 'claude-haiku-5-5';

  it.each([
    [{}, 90_000, ['ask_first']],
    [{ contextShare: 0.8 }, 90_000, ['start_fresh']],
    [{ contextShare: 0.8 }, 5_000, ['ask_first']],
    [{ tokens: { ...turn.tokens, output: 100 } }, 0, ['smaller_model']],
    [{ tokens: { ...turn.tokens, output: 100 }, model: small }, 0, ['ask_first']],
    [{ code: 'going_in_circles', failingPreviews: 2 }, 0, ['describe_differently', 'check_preview']],
    [{ attachments: 4 }, 0, ['attach_less']],
  ])('of %o with a context of %i is %o', (seen, context, codes) => {
    expect(tipsFrom([{ ...turn, ...seen }], context, small).map(({ code }) => code)).toEqual(codes);
  });
});
