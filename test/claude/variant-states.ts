import { rateLimitHeaders } from '../support/rate-limit-answers.ts';
import { fiveHours, type VariantCase, VariantCases, week } from './variant-cases.ts';

/** States of a plan whose requests are served. `now` in UNIX milliseconds. */
export function statesOfPlans(now: number): VariantCase[] {
  const cases = new VariantCases(now);
  const { add, served, usual, read } = cases;
  const at = (offset: number): string => cases.at(offset);
  const ms = (offset: number): number => cases.ms(offset);

  // a: which credentials have a state
  add('a02-allowed', 'ok', [{ headers: rateLimitHeaders(usual) }], { limit: read }, true);
  add('a03-rejected', 'k', [{ headers: rateLimitHeaders({ ...usual, status: 'rejected' }) }]);
  add('a05-warning', 'k', [{ headers: rateLimitHeaders({ ...usual, '5h-surpassed-threshold': '0.9' }) }]);

  // b: states of a plan whose requests are served
  const warns = (rateLimitType: string, resetsAt: number, utilization: number, threshold: number | null) => ({
    status: 'allowed_warning' as const,
    rateLimitType,
    resetsAt,
    utilization,
    surpassedThreshold: threshold,
  });
  const warning = { status: 'allowed_warning' };
  served(
    'b02-warning-5h',
    { ...warning, '5h-utilization': '0.92', '5h-surpassed-threshold': '0.9' },
    warns('five_hour', ms(fiveHours), 0.92, 0.9),
  );
  served(
    'b04-warning-7d',
    { ...warning, '7d-utilization': '0.8', '7d-surpassed-threshold': '0.75' },
    warns('seven_day', ms(week), 0.8, 0.75),
  );
  served(
    'b05-warning-7d_oi',
    { ...warning, '7d_oi-utilization': '0.8', '7d_oi-surpassed-threshold': '0.75', '7d_oi-reset': at(week) },
    warns('seven_day_overage_included', ms(week), 0.8, 0.75),
  );
  for (const family of ['opus', 'sonnet']) {
    const claim = `seven_day_${family}`;
    served(
      `b06-warning-7d_${family}`,
      {
        ...warning,
        'representative-claim': claim,
        [`7d_${family}-utilization`]: '0.9',
        [`7d_${family}-surpassed-threshold`]: '0.75',
      },
      { rateLimitType: claim },
    );
    served(`b07-claim-7d_${family}`, { 'representative-claim': claim }, { rateLimitType: claim });
  }
  served(
    'b15-warning-overage',
    {
      ...warning,
      'overage-status': 'allowed_warning',
      'overage-utilization': '0.82',
      'overage-surpassed-threshold': '0.75',
      'overage-reset': at(week),
    },
    { ...warns('overage', ms(week), 0.82, 0.75), overageStatus: 'allowed_warning' },
  );
  served(
    'b50-thresholds-5h-overage',
    {
      ...warning,
      '5h-utilization': '0.95',
      '5h-surpassed-threshold': '0.9',
      'overage-utilization': '0.82',
      'overage-surpassed-threshold': '0.75',
    },
    warns('five_hour', ms(fiveHours), 0.95, 0.9),
  );
  served(
    'b53-claim-5h-threshold-7d',
    { ...warning, '7d-utilization': '0.6', '7d-surpassed-threshold': '0.5' },
    warns('seven_day', ms(week), 0.6, 0.5),
  );
  served(
    'b55-threshold-allowed',
    { '5h-utilization': '0.5', '5h-surpassed-threshold': '0.5' },
    warns('five_hour', ms(fiveHours), 0.5, 0.5),
  );
  served('b12-warning-unsupported', warning);
  served('b56-threshold-rejected', { status: 'rejected', '5h-surpassed-threshold': '1' }, { status: 'rejected' });
  served('b57-threshold-unknown-status', { status: 'paused', '5h-surpassed-threshold': '1' }, { status: 'unknown' });
  served('b30-status-unknown', { status: 'throttled' }, { status: 'unknown' });
  served('b34-status-capitals', { status: 'ALLOWED' }, { status: 'unknown' });
  served('b33-status-empty', { status: '' });
  served('b31-claim-unknown', { 'representative-claim': 'one_month' }, { rateLimitType: 'one_month' });
  served('b41-overage-unknown', { 'overage-status': 'pending' }, { overageStatus: 'pending' });
  for (const overage of ['allowed', 'allowed_warning', 'rejected', 'pending'])
    served(
      `b08-rejected-overage-${overage}`,
      { status: 'rejected', 'overage-status': overage },
      { status: 'rejected', overageStatus: overage, isUsingOverage: overage.startsWith('allowed') },
    );
  for (const reason of ['out_of_credits', 'org_level_disabled_until', 'seat_tier_zero_credit_limit', 'full_moon'])
    served(`b40-reason-${reason}`, { 'overage-disabled-reason': reason }, { overageDisabledReason: reason });
  for (const reset of ['', 'soon', '-1', '0', `${now}`, '99999999999999999999', '1e400', '946684800', '1,795,194,000'])
    served(`b20-reset-${reset}`, { reset }, { resetsAt: null });
  served('b22-reset-passed', { reset: at(-60) }, { resetsAt: ms(-60) });
  served(
    'b21-window-reset-ms',
    { '5h-reset': `${now}`, '5h-utilization': '0.92', '5h-surpassed-threshold': '0.9' },
    { ...warns('five_hour', 0, 0.92, 0.9), resetsAt: null },
  );
  for (const used of ['', 'much', '-0.5', 'NaN', '1e9'])
    served(
      `b25-utilization-${used}`,
      { ...warning, '5h-utilization': used, '5h-surpassed-threshold': '0.9' },
      { ...warns('five_hour', ms(fiveHours), 0, 0.9), utilization: null },
    );
  served(
    'b27-threshold-true',
    { ...warning, '5h-utilization': '0.92', '5h-surpassed-threshold': 'true' },
    warns('five_hour', ms(fiveHours), 0.92, null),
  );
  add(
    'b58-only-windows',
    'o',
    [{ headers: rateLimitHeaders(cases.without('status', 'reset', 'representative-claim')) }],
    {
      limit: { ...read, resetsAt: null, rateLimitType: null },
    },
  );
  add(
    'b59-no-overage',
    'o',
    [{ headers: rateLimitHeaders(cases.without('overage-status', 'overage-disabled-reason')) }],
    {
      limit: { ...read, overageStatus: null, overageDisabledReason: null },
    },
  );

  // f: use ahead of the clock, on both sides of each threshold
  const pace = (
    key: '5h' | '7d',
    type: string,
    length: number,
    used: number,
    elapsed: number,
    ahead: boolean,
  ): void => {
    const away = Math.round(length * (1 - elapsed));
    served(
      `f-pace-${key}-${used}-${elapsed}`,
      { [`${key}-utilization`]: String(used), [`${key}-reset`]: at(away) },
      ahead ? warns(type, ms(away), used, null) : {},
    );
  };
  for (const [used, elapsed, ahead] of [
    [0.9, 0.7, true],
    [1.2, 0.01, true],
    [0.89, 0.7, false],
    [0.99, 0.74, false],
  ] as const)
    pace('5h', 'five_hour', 18_000, used, elapsed, ahead);
  for (const [used, elapsed, ahead] of [
    [0.25, 0.13, true],
    [0.24, 0.13, false],
    [0.5, 0.33, true],
    [0.49, 0.33, false],
    [0.75, 0.58, true],
    [0.74, 0.58, false],
    [0.99, 0.62, false],
  ] as const)
    pace('7d', 'seven_day', 604_800, used, elapsed, ahead);

  return cases.list;
}
