import { formatsOf } from '../formats/formats.ts';
import { errorWords } from './errors.ts';

const { and, number, plural, day, duration, bytes, usd, seconds } = formatsOf('en');

/** What the agent is doing, as far as a sentence needs to know. `Activity` of `web/project/` is assignable to it. */
export type AgentActivity =
  | { kind: 'idle' | 'waiting' | 'thinking' | 'answering' | 'retrying' }
  | { kind: 'writing'; path: string };

function activityInWords(activity: AgentActivity): string {
  switch (activity.kind) {
    case 'idle':
      return 'Ready';
    case 'waiting':
      return 'Waiting for Claude';
    case 'thinking':
      return 'Thinking';
    case 'answering':
      return 'Answering';
    case 'writing':
      return `Writing ${activity.path}`;
    case 'retrying':
      return 'Trying again';
  }
}

/**
 * The words of the first load; `late-load.ts` has all others. A test holds the other languages to the same keys.
 */
export const en = {
  name: 'Redraw',
  home: 'Redraw, start page',
  loading: 'Loading the project',
  send: 'Send',
  close: 'Close',
  tryAgain: 'Try again',
  dismiss: 'Dismiss',
  demo: 'Demo model: a scripted stand-in for Claude.',
  demoHow: 'Set ANTHROPIC_API_KEY to build with the real one.',
  landing: {
    title: 'Redraw',
    heading: 'Describe an app. Watch it being drawn.',
    label: 'What would you like to build?',
    placeholder: 'A timer for three kinds of tea, with a bell …',
    hint: 'Enter sends, Shift and Enter starts a new line.',
    start: 'Draw it',
    starting: 'Starting',
    ideasBefore: 'Or begin with ',
    ideas: [
      [
        'a tea timer',
        'A timer for three kinds of tea: green, black and herbal, each with its own time, and a bell at the end.',
      ],
      [
        'a habit tracker',
        'A habit tracker for a handful of habits: a row for each, a box for each day of this week, and the longest streak.',
      ],
      [
        'a page for a bike shop',
        'A one-page site for a small bicycle repair shop: opening hours, prices of the usual repairs, how to get there.',
      ],
      ['a drawing pad', 'A drawing pad with a few pens, an eraser, undo, and a button that saves the picture.'],
      [
        'a quiz about the planets',
        'A quiz about the planets with ten questions, one at a time, and a short remark after each answer.',
      ],
    ] as readonly (readonly [name: string, prompt: string])[],
    projects: 'Your projects',
    projectChanged: (at: number) => `changed ${day(at)}`,
    promise: (limit: number) =>
      `${plural(limit, { one: 'turn', other: 'turns' })} without an account. Every change can be undone, and the code is yours.`,
  },
  builder: {
    conversation: 'Conversation',
    preview: 'Preview',
    panes: 'What to show',
    title: 'Title of the project',
    rename: 'Rename the project',
    untitled: 'Untitled',
    trial: (left: number, limit: number) => `${number(left)} of ${plural(limit, { one: 'turn', other: 'turns' })} left`,
    hosted: (left: number, limit: number) => `${number(left)} of ${number(limit)} left today`,
    credits: (left: number) => `${plural(left, { one: 'credit', other: 'credits' })} left`,
    ownClaude: (label: string) => `Your Claude ${label}`,
    ownAccount: 'Your Claude account',
    brokenClaude: 'Connect Claude again',
    settle: 'Sign in or connect Claude',
    account: 'Account',
    latest: 'Go to the newest line',
    pageRunning: (title: string) => `Drawing … ${title}`,
    pageIdle: (title: string) => `${title} · Redraw`,
    reconnecting: 'The connection broke. Connecting again; nothing is lost.',
  },
  composer: {
    label: 'What should change?',
    first: 'What would you like to build?',
    placeholder: 'Change a sentence, a colour, everything …',
    queuePlaceholder: 'Say what comes next; it waits its turn …',
    queue: 'Queue',
    stop: 'Stop',
    stopping: 'Stopping',
    stopHint: (keys: string) => `Stop this turn (${keys})`,
    tooLong: (count: number) =>
      `${plural(count, { one: 'character', other: 'characters' })} too many. Shorten the text, or attach it as a file.`,
    left: (count: number) => `${plural(count, { one: 'character', other: 'characters' })} left`,
    commands: {
      label: 'Commands',
    },
  },
  attachments: {
    add: 'Attach files',
    drop: 'Drop images or text files here',
  },
  turn: {
    label: (index: number) => `Turn ${number(index)}`,
    attached: (names: readonly string[]) => `With ${and(names)}`,
    history: 'History of the conversation',
    log: 'What was said and done',
    question: 'Question',
    you: 'You',
    sending: 'Sending',
    thinking: 'Thinking',
    thought: 'Thoughts',
    draft: (path: string) => `${path}, being written`,
    unfinished: 'not finished',
    failed: 'failed',
    activity: activityInWords,
    ended: {
      completed: 'Done',
      stopped: 'Stopped. What was written so far is kept.',
      failed: 'This turn failed.',
      exhausted: 'This turn stopped at a usage limit.',
    } as Record<string, string>,
    stoppedEmpty: 'Stopped. No file was changed.',
    notCounted: 'Not counted.',
    rephrase: 'Rephrase',
    changed: (count: number) => plural(count, { one: 'file changed', other: 'files changed' }),
    usd: (dollars: number) => (dollars > 0 && dollars < 0.001 ? `under ${usd(0.001)}` : usd(dollars)),
    emptyHeading: 'Nothing here yet',
    empty: 'Say in a sentence or two what you would like to have. Claude writes it, and it shows on the sheet.',
  },
  sheet: {
    label: 'The app',
    loadFailed: 'This part of the page could not be loaded.',
  },
  talk: {
    index: 'Turns of this conversation',
    indexOpen: (count: number) => plural(count, { one: 'turn', other: 'turns' }),
    copy: 'Copy',
    copied: 'Copied',
    copyAnswer: 'Copy the answer',
    copyCode: 'Copy this code',
    notCopied: 'This browser does not let a page copy.',
    edit: 'Edit',
    editAgain: 'Edit and send again',
    previous: 'Turn before',
    next: 'Turn after',
    thought: (ms: number) => `Thought for ${duration(ms)}`,
    lines: (added: number, removed: number) =>
      `${plural(added, { one: 'line', other: 'lines' })} added, ${number(removed)} removed`,
    size: bytes,
    deleted: 'deleted',
  },
  receipt: {
    open: 'Receipt',
    seconds: (ms: number) => seconds(ms / 1000),
  },
  keys: {
    open: 'Keys of the keyboard',
    ctrl: 'Ctrl',
  },
  news: {
    label: 'News',
    close: 'Close this notice',
    offline: 'You are offline. What is on this page stays; sending needs the network.',
  },
  share: {
    open: 'Share',
  },
  notify: {
    done: (title: string) => `${title} is redrawn`,
    failed: (title: string) => `${title}: the turn did not end well`,
  },
  ...errorWords,
};

export type FirstWords = typeof en;
