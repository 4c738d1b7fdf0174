import { formatsOf } from '../formats/formats.ts';
import { hundredths, spendingWords } from './spending.ts';

const { clock, day, dayAndClock, number, percent, plural, usd } = formatsOf('en');
const { credits } = spendingWords.spending;

const kinds: Record<string, string> = {
  grant: 'Given',
  promo: 'Promo code',
  reward: 'Reward',
  compensation: 'Restored',
  bundle: 'Bought',
};

const entryKinds: Record<string, string> = {
  turn: 'Turn',
  returned: 'Given back',
  grant: 'Credits given',
  expired: 'Expired',
  refund: 'Refunded',
  restored: 'Restored after a review',
};

/** Words of the account's credits and of the page of plans. */
export const creditWords = {
  creditPage: {
    heading: 'Credits',
    loading: 'Looking up your credits …',
    failed: 'Your credits could not be read.',
    held: (amount: number) => `(${credits(amount)} held for a turn that runs)`,
    leftOf: (left: number, of: number) => `${number(hundredths(left))} of ${credits(of)} left`,
    daily: 'Of today',
    resets: (at: number, now: number, zone: string) =>
      `New ones ${at - now < 86_400_000 ? `at ${clock(at)}` : dayAndClock(at)}, your time (midnight in ${zone})`,
    subscription: (name: string) => `Of the plan ${name}`,
    renews: (at: number) => `Renewed on ${day(at)}`,
    noRenewal: 'Not renewed',
    bonus: 'Extra credits',
    noBonus: 'None',
    kinds,
    expires: (at: number) => `until ${dayAndClock(at)}`,
    zone: (zone: string) => `Time zone: ${zone}`,
    zoneNext: (zone: string) => `From the next reset on: ${zone}`,
    zoneLabel: 'Reset daily credits at midnight of',
    zoneOwn: (zone: string) => `${zone} (this browser)`,
    zoneChange: 'Change',
    zoneHint: 'It counts from the next reset on, and can be changed once in seven days.',
    zoneFrom: (at: number) => `The new time zone counts from ${dayAndClock(at)} on.`,
    zoneAgain: (at: number) => `It can be changed again from ${dayAndClock(at)} on.`,
    code: 'Promo code',
    redeem: 'Redeem',
    redeemed: (amount: number) => `${credits(amount)} are yours.`,
    plans: 'Plans, and who pays for what',
    history: 'Where they went',
    empty: 'Nothing yet.',
    at: dayAndClock,
    entryKinds,
    untitled: 'Untitled project',
    tokens: (input: number, output: number) => `${number(input)} tokens in, ${number(output)} out`,
    part: (bucket: string, amount: number) => `${bucket}: ${number(hundredths(Math.abs(amount)))}`,
    amount: (amount: number) =>
      `${amount < 0 ? '−' : '+'}${Math.abs(amount) > 0 && Math.abs(amount) < 0.01 ? '<0.01' : number(hundredths(Math.abs(amount)))}`,
    choice: (name: string, amount: number) => `${name} (${number(hundredths(amount))})`,
    when: 'When',
    what: 'What',
    older: 'Older ones',
    csv: 'All of it as CSV',
    project: 'Project',
    allProjects: 'all',
    model: 'Model',
    allModels: 'all',
    from: 'From',
    to: 'To',
    chart: 'Credits by day',
    chartOf: (days: number) => `Credits by day, the last ${number(days)} days`,
    chartTable: 'The same as a table',
    day: 'Day',
    turns: 'Turns',
    dayOf: day,
    count: number,
    others: (count: number) => plural(count, { one: 'other', other: 'others' }),
    tips: {
      heading: 'How to use fewer',
      fresh: (title: string, share: number) =>
        `${title}: ${percent(share)} of all tokens were its conversation, read again. A fresh start keeps the files.`,
      startFresh: 'Start fresh',
      startedFresh: 'Claude is summing up the conversation.',
      smaller: (title: string, model: string, tokens: number) =>
        `${title}: turns of ${number(tokens)} tokens cost less with Haiku than with ${model}.`,
      useSmaller: 'Use Haiku',
      smallerDone: 'Haiku builds from the next turn on.',
      open: 'Open',
      dismiss: 'Dismiss',
    },
  },
  plans: {
    title: 'Plans',
    lead: 'Your own Claude, on every plan, with no meter in between. Or credits, at a price that is told.',
    loading: 'Looking up the plans …',
    failed: 'The plans could not be read.',
    none: 'This site has no plans.',
    own: 'Your own Claude',
    ownLead:
      'Connect your Claude account or an API key, and your turns run on it: any model, any number, on the free plan too. Limits are Claude’s own, shown in Claude’s own terms.',
    connect: 'Connect Claude',
    table: 'Plans',
    price: (month: number, year: number) =>
      month === 0 ? 'Free' : `${usd(month)} a month${year > 0 ? ` or ${usd(year)} a year` : ''}`,
    yours: 'Your plan',
    daily: (amount: number) => `${credits(amount)} a day`,
    monthly: (amount: number) => `${credits(amount)} a month`,
    everyModel: 'Every model on credits',
    models: (names: string) => `On credits: ${names}`,
    projects: (count: number | null) =>
      count === null ? 'Any number of projects' : plural(count, { one: 'project', other: 'projects' }),
    sandbox: (seconds: number) =>
      `A container stays awake for ${seconds < 120 ? plural(seconds, { one: 'second', other: 'seconds' }) : plural(Math.round(seconds / 60), { one: 'minute', other: 'minutes' })}`,
    hosts: (count: number) => plural(count, { one: 'host of your own', other: 'hosts of your own' }),
    flat: 'A plan pays for the workshop, flat. It is never a meter on your own Claude.',
    bundles: 'Bundles',
    bundle: (amount: number, price: number) => `${credits(amount)} for ${usd(price)}`,
    bundlesLead: 'They do not expire. Who needs much pays less with a plan.',
    noPayments: 'Nothing can be bought here. Whoever runs this site gives plans and credits by hand.',
    cost: 'What a credit is',
    costIs: (dollars: number, markup: number) =>
      `One credit is ${usd(dollars)} of Claude’s list price${markup === 0 ? ', with nothing on top' : `, with ${number(markup)} percent on top`}. Every receipt shows both. What fails through our fault or Claude’s is given back.`,
    order: 'Credits of today go first, then those of the plan, then the rest, soonest expiry first.',
    well: 'Using them well',
    wellLines: [
      'One change at a time, named with its place, needs the fewest steps.',
      'Ask before you build: a question costs a fraction of a turn.',
      'Start fresh when a conversation has grown long: the files stay.',
      'Use Haiku for small changes, and a larger model for hard ones.',
      'Attach only the files that the change needs.',
    ] as readonly string[],
    earn: 'Earning credits',
    earnLead: 'Feedback, reports of faults and what you have built can earn credits: send them from your account.',
    account: 'Open your account',
  },
};
