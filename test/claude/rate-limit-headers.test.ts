import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRateLimit, sameRateLimit, unifiedPrefix, windowCoversModel } from '../../src/claude/rate-limit-headers.ts';
import { longRun } from '../support/long-run.ts';
import { defaultState } from './expect-events.ts';

const now = Date.parse('2026-11-20T14:30:00Z');
const inAnHour = String(now / 1000 + 3600);

const read = (headers: Record<string, string>, refused = false) => {
  const named = Object.entries(headers).map(([name, value]) => [unifiedPrefix + name, value] as [string, string]);
  const state = readRateLimit(new Headers(named), 'oauth', now, refused);
  if (!state) throw new Error('A plan has a state.');
  return state;
};

/** The state for an answer without headers. */
const defaultLimit = { ...defaultState, extra: {} };

describe('the state of the account', () => {
  it('is not read from the answers to an API key', () => {
    expect(readRateLimit(new Headers({ [`${unifiedPrefix}status`]: 'rejected' }), 'api_key', 0)).toBeNull();
  });

  it('is `allowed` where a plan’s answer says nothing', () => {
    expect(read({})).toEqual(defaultLimit);
    expect(readRateLimit(new Headers({ 'retry-after': '7', 'x-status': 'rejected' }), 'oauth', now)).toEqual(
      defaultLimit,
    );
  });

  it('takes headers that are empty for absent', () => {
    expect(read({ status: '', reset: '', 'representative-claim': '', fallback: ' ' })).toEqual(defaultLimit);
  });

  it('passes words on that it does not know', () => {
    const state = read({
      status: 'paused',
      'representative-claim': 'one_day',
      'overage-status': 'maybe',
      'overage-disabled-reason': 'full_moon',
      '1d-utilization': '0.4',
      '5h-surpassed-threshold': '0.9',
      fallback: 'available',
    });
    expect(state).toEqual({
      ...defaultLimit,
      status: 'unknown',
      rateLimitType: 'one_day',
      overageStatus: 'maybe',
      overageDisabledReason: 'full_moon',
      extra: { status: 'paused', '1d-utilization': '0.4', '5h-surpassed-threshold': '0.9', fallback: 'available' },
    });
  });

  it('warns only where a window supports it', () => {
    expect(read({ status: 'allowed_warning', reset: inAnHour })).toMatchObject({
      status: 'allowed',
      extra: { status: 'allowed_warning' },
    });
  });

  it.each([
    ['5h', 'five_hour'],
    ['7d', 'seven_day'],
    ['7d_oi', 'seven_day_overage_included'],
    ['overage', 'overage'],
  ])('warns of the window %s with its own reset, and keeps the claim', (key, type) => {
    const state = read({
      status: 'allowed',
      reset: '1795194000',
      'representative-claim': 'seven_day_sonnet',
      [`${key}-surpassed-threshold`]: '0.75',
      [`${key}-utilization`]: '0.8',
      [`${key}-reset`]: inAnHour,
    });
    expect(state).toMatchObject({
      status: 'allowed_warning',
      rateLimitType: type,
      utilization: 0.8,
      surpassedThreshold: 0.75,
      resetsAt: now + 3_600_000,
      extra: { 'representative-claim': 'seven_day_sonnet', reset: '1795194000' },
    });
  });

  it.each([
    ['7d_opus', 0.99],
    ['7d_sonnet', 0.99],
  ])('carries the window %s without a warning', (key, used) => {
    const state = read({ [`${key}-surpassed-threshold`]: '0.9', [`${key}-utilization`]: String(used) });
    expect(state).toMatchObject({ status: 'allowed', extra: { [`${key}-utilization`]: String(used) } });
  });

  /** A window, its seconds, and the used fraction from which it warns until the elapsed fraction. */
  const pace: [string, number, number, number][] = [
    ['5h', 18_000, 0.9, 0.72],
    ['7d', 604_800, 0.75, 0.6],
    ['7d', 604_800, 0.5, 0.35],
    ['7d', 604_800, 0.25, 0.15],
  ];
  it.each(pace)('warns where %s runs ahead of its clock (%d s, %d)', (key, seconds, used, elapsed) => {
    const at = (part: number, utilization: number) =>
      read({ [`${key}-utilization`]: String(utilization), [`${key}-reset`]: String(now / 1000 + seconds * (1 - part)) })
        .status;
    expect(at(elapsed - 0.01, used)).toBe('allowed_warning');
    expect(at(elapsed + 0.01, used)).toBe('allowed');
    expect(at(elapsed - 0.01, used - 0.01)).toBe('allowed');
    expect(at(-0.5, used)).toBe('allowed_warning');
    expect(at(2, 1)).toBe('allowed');
  });

  it('warns until the very moment at which its clock has caught up', () => {
    const at = (key: string, used: string, secondsLeft: number) =>
      read({ [`${key}-utilization`]: used, [`${key}-reset`]: String(now / 1000 + secondsLeft) }).status;
    expect([at('5h', '0.9', 5_040), at('5h', '0.9', 5_039)]).toEqual(['allowed_warning', 'allowed']);
    expect([at('7d', '0.75', 241_920), at('7d', '0.75', 241_919)]).toEqual(['allowed_warning', 'allowed']);
  });

  it('warns of pace while requests are served, and not otherwise', () => {
    const fast = { '5h-utilization': '0.95', '5h-reset': String(now / 1000 + 17_000) };
    const at = (status: string) => read({ status, ...fast }).status;
    expect(['allowed', 'allowed_warning', '', 'rejected', 'paused', 'allowed_later', 'not allowed'].map(at)).toEqual([
      ...['allowed_warning', 'allowed_warning', 'allowed_warning'],
      ...['rejected', 'unknown', 'unknown', 'unknown'],
    ]);
  });

  it('keeps what it reports out of `extra`, and all else in it, without secrets', () => {
    const state = read({
      status: 'rejected',
      reset: inAnHour,
      'representative-claim': 'five_hour',
      'overage-status': 'rejected',
      'overage-disabled-reason': 'out_of_credits',
      '5h-reset': inAnHour,
      note: 'of sk-ant-api03-other',
    });
    expect(state).toEqual({
      ...defaultLimit,
      status: 'rejected',
      resetsAt: now + 3_600_000,
      rateLimitType: 'five_hour',
      overageStatus: 'rejected',
      overageDisabledReason: 'out_of_credits',
      extra: { '5h-reset': inAnHour, note: 'of sk-ant-…' },
    });
  });

  it.each([
    ['rejected', 'allowed', true],
    ['rejected', 'allowed_warning', true],
    ['rejected', 'rejected', false],
    ['rejected', 'allowed_later', false],
    ['allowed', 'allowed', false],
  ])('with status %s and extra usage %s says whether that is billed', (status, overage, using) => {
    expect(read({ status, 'overage-status': overage })).toMatchObject({ status, isUsingOverage: using });
  });

  it('is `rejected` after a refusal, whatever the header says, and then warns of nothing', () => {
    const headers = {
      status: 'allowed',
      'overage-status': 'allowed',
      '5h-surpassed-threshold': '0.9',
      reset: inAnHour,
    };
    expect(read(headers, true)).toMatchObject({
      status: 'rejected',
      utilization: null,
      isUsingOverage: false,
      resetsAt: now + 3_600_000,
      extra: { status: 'allowed' },
    });
  });
});

it.each([
  ['five_hour', true, true, true],
  ['seven_day', true, true, true],
  ['one_month', true, true, true],
  [null, true, true, true],
  ['seven_day_opus', false, true, false],
  ['seven_day_sonnet', true, false, false],
  ['seven_day_overage_included', false, false, false],
])('the window %j counts what is used of Sonnet: %j, of Opus: %j, of Haiku: %j', (window, sonnet, opus, haiku) => {
  const bound = ['claude-sonnet-5-5', 'claude-opus-5-5', 'claude-haiku-5-5'].map((model) =>
    windowCoversModel(window, model),
  );
  expect(bound).toEqual([sonnet, opus, haiku]);
  expect(windowCoversModel('seven_day_overage_included', 'claude-fable-5-1')).toBe(true);
});

describe('a malformed number', () => {
  const malformed = [
    'abc',
    '',
    ' ',
    '-5',
    '-1795194000',
    'NaN',
    'Infinity',
    '-Infinity',
    '0x6b00',
    '1,5',
    '1 2',
    '1e999',
    'null',
  ];
  const noTimes = [
    ...malformed,
    '2026-11-20T17:00:00.000Z',
    '0',
    '1',
    '1795194000000',
    '99999999999999999999',
    '946684800',
  ];

  it.each(noTimes)('is no date: %j', (value) => {
    expect(read({ status: 'rejected', reset: value }).resetsAt).toBeNull();
    const warning = read({ '5h-surpassed-threshold': '0.9', '5h-reset': value, '5h-utilization': '0.95' });
    expect(warning).toMatchObject({ status: 'allowed_warning', resetsAt: null, utilization: 0.95 });
    expect(read({ '5h-reset': value, '5h-utilization': '0.95' }).status).toBe('allowed');
  });

  it.each([...malformed, '1e6'])('is no used part: %j', (value) => {
    const state = read({ '7d-surpassed-threshold': '0.5', '7d-utilization': value });
    expect(state).toMatchObject({ status: 'allowed_warning', utilization: null, surpassedThreshold: 0.5 });
    expect(read({ '5h-reset': inAnHour, '5h-utilization': value }).status).toBe('allowed');
  });

  it('stays in `extra`, as it came', () => {
    expect(read({ reset: '2026-11-20T17:00:00.000Z' }).extra).toEqual({ reset: '2026-11-20T17:00:00.000Z' });
    expect(read({ reset: '0' }).extra).toEqual({ reset: '0' });
  });

  it('is not a reset that has just passed, nor one with a fraction', () => {
    expect(read({ reset: String(now / 1000 - 60) }).resetsAt).toBe(now - 60_000);
    expect(read({ reset: '1795194000.25' }).resetsAt).toBe(1795194000250);
  });
});

describe('any set of headers', () => {
  const name = fc.constantFrom(
    ...['status', 'reset', 'representative-claim', 'overage-status', 'overage-disabled-reason', 'overage-in-use'],
    ...['5h', '7d', '7d_oi', '7d_opus', 'overage', 'x'].flatMap((key) =>
      ['status', 'reset', 'utilization', 'surpassed-threshold'].map((field) => `${key}-${field}`),
    ),
    '__proto__',
    'constructor',
  );
  const value = fc.oneof(
    fc.constantFrom(
      'allowed',
      'allowed_warning',
      'rejected',
      'five_hour',
      'out_of_credits',
      '0.9',
      '1',
      '-1',
      'NaN',
      '',
    ),
    fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }).map(String),
    fc.double().map(String),
    fc.string({ unit: fc.constantFrom(...'aZ09 .-+:;,"=~') }),
  );
  const headers = fc.dictionary(name, value).map((set) => ({ ...set }));

  it('gives a state of which every word was said, and every number is possible', () => {
    fc.assert(
      fc.property(headers, fc.boolean(), (set, refused) => {
        const state = read(set, refused);
        const said = Object.values(set).map((text) => text.trim());
        for (const word of [state.rateLimitType, state.overageStatus, state.overageDisabledReason]) {
          const invented = word !== null && !said.includes(word);
          if (invented) expect(state.status).toBe('allowed_warning');
        }
        for (const [key, text] of Object.entries(state.extra)) expect(set[key]?.trim()).toBe(text);
        if (state.resetsAt !== null) expect(Math.abs(state.resetsAt - now)).toBeLessThanOrEqual(366 * 86_400_000);
        for (const part of [state.utilization, state.surpassedThreshold]) {
          if (part === null) continue;
          expect(state.status).toBe('allowed_warning');
          expect(said.map(Number)).toContain(part);
        }
        if (state.isUsingOverage) expect(set.status).toBe('rejected');
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      longRun(2_000),
    );
  });

  it('gives the same state again, in any order', () => {
    fc.assert(
      fc.property(headers, (set) => {
        const again = read(Object.fromEntries(Object.entries(set).reverse()));
        expect(again).toEqual(read(set));
        expect(sameRateLimit(again, read(set))).toBe(true);
      }),
      longRun(100),
    );
  });

  it('gives another state where one of the eight fields differs, and only there', () => {
    const state = read({ status: 'rejected', 'representative-claim': 'five_hour', reset: inAnHour });
    expect(sameRateLimit(state, { ...state, extra: { fallback: 'available' } })).toBe(true);
    for (const [field, value] of Object.entries({
      ...defaultLimit,
      status: 'unknown',
      isUsingOverage: true,
      resetsAt: 1,
    })) {
      if (field === 'extra' || state[field as keyof typeof state] === value) continue;
      expect(sameRateLimit(state, { ...state, [field]: value }), field).toBe(false);
    }
    expect(sameRateLimit(state, null)).toBe(false);
    expect(sameRateLimit(null, state)).toBe(false);
    expect(sameRateLimit(null, null)).toBe(true);
  });
});
