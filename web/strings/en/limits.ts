import { formatsOf } from '../formats/formats.ts';
import { timeLeftOf } from '../formats/time-left.ts';

const { number, percent, clock, day, dayAndClock } = formatsOf('en');
const left = timeLeftOf('en', { day: { one: 'day', other: 'days' }, hour: 'h', minute: 'min', second: 's' });

/** A time of day, with its date where that is more than 20 hours away. */
const when = (at: number, now: number): string => (at - now > 20 * 3_600_000 ? dayAndClock(at) : clock(at));

const windows: Record<string, string> = {
  five_hour: '5-hour window',
  seven_day: 'week',
  seven_day_opus: 'week, Opus',
  seven_day_sonnet: 'week, Sonnet',
  seven_day_overage_included: 'week, with extra usage',
  overage: 'extra usage',
};

/** Why there is no extra usage, by the reason code that Claude sends. */
const reasons: Record<string, string> = {
  overage_not_provisioned: 'Extra usage is not set up for your plan. You can turn it on in the settings of Claude.',
  org_level_disabled: 'Your organization has turned extra usage off.',
  org_level_disabled_until: 'Your organization has reached its spending limit for extra usage, for the time being.',
  out_of_credits: 'The credit for extra usage is used up.',
  seat_tier_level_disabled: 'Your kind of seat comes without extra usage.',
  seat_tier_zero_credit_limit: 'For your kind of seat, extra usage is limited to zero.',
  member_level_disabled: 'Whoever runs your organization has turned extra usage off for you.',
  member_zero_credit_limit: 'Your own share of extra usage is set to zero.',
  group_zero_credit_limit: 'For your group, extra usage is limited to zero.',
  org_service_level_disabled: 'Your organization has turned extra usage off for this service.',
  org_service_zero_credit_limit: 'For this service, your organization has limited extra usage to zero.',
  no_limits_configured: 'No spending limit is set for extra usage, so there is none to use.',
  fetch_error: 'Claude could not find out whether you have extra usage.',
  unknown: 'Claude does not say why there is no extra usage.',
};

/** Words of the limits that Claude reports, and of the demo that simulates them. */
export const limitWords = {
  limit: {
    expires: (at: number) => `This project is deleted on ${day(at)}, unless you use it or sign in.`,
    expiresWhy:
      'Projects of people without an account are kept as long as somebody works on them. A prompt or a change is enough; an account keeps them for good.',
    expiresSignIn: 'Sign in',
    windows,
    window: (name: string) => windows[name] ?? name,
    plan: 'Claude plan',
    used: (share: number) => `${percent(share)} used`,
    near: 'close to its limit',
    reached: 'limit reached',
    busy: 'Claude’s servers turn requests away',
    usedUp: 'used up',
    billed: 'extra usage is being billed',
    says: (word: string) => `Claude says “${word}”`,
    resets: (at: number, now: number) => `resets ${when(at, now)}`,
    left: (ms: number) => `in\u00a0${left(ms)}`,
    meter: (name: string) => `Use of the ${name}`,
    passed: (name: string, share: number) => `Claude, ${name}: ${percent(share)} is used.`,
    passedResets: (at: number, now: number) => `It resets ${when(at, now)}.`,
    heading: 'Usage limit reached',
    opened: 'The limit has reset',
    openedSay: 'The usage limit of Claude has reset. You can go on.',
    resetsSay: (at: number, now: number) => `It resets at ${when(at, now)}`,
    elsewhere: 'Your Claude is at its limit. It was reached in another project, or on another device.',
    shared: 'It is Redraw’s own key that is at its limit, not a Claude of yours.',
    sharedNot: 'This turn was not counted.',
    connect: 'Connect your Claude',
    connectLead: 'With a Claude of your own you go on at once.',
    kept: 'What was written so far is kept.',
    continue: 'Continue where it stopped',
    continuePrompt: 'Continue where you stopped.',
    retry: 'Retry',
    locked: 'locked until the limit resets',
    tryAnyway: 'Try anyway',
    remind: 'Remind me',
    reminded: (at: number, now: number) => `You are reminded at ${when(at, now)}, while a page of Redraw is open.`,
    remindedHere: (at: number, now: number) =>
      `This browser lets the page send no messages: it tells you on the page itself, at ${when(at, now)}.`,
    unremind: 'Do not remind me',
    startThen: (at: number, now: number) => `Start it at ${when(at, now)}`,
    startSet: (at: number, now: number) => `Set to go on at ${when(at, now)} by itself, with no page open.`,
    model: 'Use another model',
    modelLead: (name: string) => `Only ${name} models are at their limit. The others of your plan are open.`,
    modelOpen: 'The model that you chose is open: go on now.',
    notSent: (at: number, now: number) => `Not sent: your Claude is at its limit until ${when(at, now)}`,
    notSentOpen: 'Not sent: your Claude was at its limit. It has reset, send it again.',
    extraStates: {
      allowed: 'Extra usage is there when the plan is used up.',
      allowed_warning: 'Extra usage is there when the plan is used up, and close to its own limit.',
      rejected: 'There is no extra usage.',
    } as Record<string, string>,
    extraSays: (word: string) => `Of extra usage, Claude says “${word}”.`,
    extraBilled: 'Extra usage is being billed now, beside your plan.',
    reasons,
    reason: (word: string) => reasons[word] ?? `There is no extra usage. Claude’s word for the reason is “${word}”.`,
    rest: 'All that Claude said',
    retrying: (attempt: number, max: number) => `Retrying request, attempt ${number(attempt)}/${number(max)}`,
    retryReason: (status: number | null, type: string | null) =>
      [status === null ? 'connection broken' : `status ${status}`, type].filter(Boolean).join(', '),
    retryIn: (ms: number) => `next try in ${left(ms)}`,
    starts: (at: number, now: number) => `Starts ${when(at, now)}, in ${left(at - now)}`,
    startField: 'Start at',
    startHint: 'Empty: as soon as it is its turn.',
  },
  demoLimits: {
    open: 'Limits',
    what: 'See what Claude says of limits',
    passing: 'In passing',
    warnings: 'Close to a limit',
    own: 'At a limit, on a plan of your own',
    shared: 'At a limit, on the key of this site',
    scenes: {
      overloaded: 'Claude is overloaded',
      broken_line: 'The line breaks',
      busy: 'Too many requests',
      warning_five_hour: '5-hour window nearly full',
      warning_week: 'Week nearly full',
      warning_extra_usage: 'Extra usage nearly full',
      extra_usage: 'Extra usage is being billed',
      limit_five_hour: '5-hour window full',
      limit_week: 'Week full',
      limit_week_opus: 'Week full, Opus only',
      out_of_credits: 'Extra usage out of credit',
      no_credit: 'No credit left',
    },
  },
};
