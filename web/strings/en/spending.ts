import { formatsOf } from '../formats/formats.ts';

const { number, precise, plural, clock, dayAndClock } = formatsOf('en');

/** Credits with two places; the exact amount goes into a title. */
export const hundredths = (credits: number): number => Math.floor(Math.round(credits * 1e6) / 1e4) / 100;
const credits = (amount: number): string =>
  amount > 0 && amount < 0.01 ? 'under 0.01 credits' : plural(hundredths(amount), { one: 'credit', other: 'credits' });

/** Words of what a turn costs, before it and after it. */
export const spendingWords = {
  spending: {
    credits,
    exact: (amount: number) => `${precise(amount)} credits`,
    buckets: { daily: 'Of today', subscription: 'Of the plan', pool: 'Of the team', bonus: 'Extra credits' } as Record<
      string,
      string
    >,
    markup: (percent: number) => `${number(percent)} % markup`,
    returned: 'Given back',
    line: 'Credits',
    range: (low: number, high: number) =>
      hundredths(low) === hundredths(high)
        ? `This may cost about ${credits(high)}`
        : `This may cost ${number(hundredths(low))} to ${credits(high)}`,
    guess: (low: number, high: number) => `A guess: ${number(hundredths(low))} to ${credits(high)}`,
    left: (amount: number) => `${credits(amount)} left`,
    low: 'Little is left',
    waits: (at: number, now: number) =>
      `Waits for credits, ${at - now < 86_400_000 ? clock(at) : dayAndClock(at)} at the latest`,
    spent: {
      heading: 'Your credits do not reach further',
      kept: 'What was written so far is a version. Prompts that wait go on by themselves.',
      needs: (needed: number, balance: number) =>
        `The next step needs ${credits(needed)} at least, and ${credits(balance)} are left. A shorter conversation needs less.`,
      own: 'Go on with your own Claude',
      ownLead: 'No meter stands between you and it, on any plan.',
      more: 'More credits',
      plans: 'See the plans and bundles',
      tomorrow: (at: number, now: number) =>
        `New ones come by themselves: ${at - now < 86_400_000 ? `at ${clock(at)}` : dayAndClock(at)}.`,
    },
  },
};
