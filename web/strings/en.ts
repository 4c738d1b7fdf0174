import type { Activity } from '../state/activity.ts';
import { formatsOf } from './formats.ts';

const { number, plural, percent, clock, day, dayAndClock, duration, bytes, usd, or } = formatsOf('en');

const payers: Record<string, string> = {
  trial: 'a trial turn',
  connection: 'your own Claude',
  hosted: 'this deployment',
  credits: 'your credits',
};

const versionKinds: Record<string, string> = {
  turn: 'Turn',
  edit: 'Edit by hand',
  undo: 'Undo',
  redo: 'Redo',
  revert: 'Went back',
};

function activityInWords(activity: Activity): string {
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
    case 'tool':
      return activity.title;
    case 'retrying':
      return 'Trying again';
  }
}

/** Every word that the app says. The other languages have the same keys; a test holds them to it. */
export const en = {
  name: 'Redraw',
  home: 'Redraw, start page',
  loading: 'Loading the project',
  send: 'Send',
  close: 'Close',
  tryAgain: 'Try again',
  dismiss: 'Dismiss',
  demo: 'Demo model: a scripted stand-in for Claude. Set ANTHROPIC_API_KEY to build with the real one.',
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
    trial: (used: number, limit: number) =>
      `${number(Math.min(used, limit))} of ${plural(limit, { one: 'turn', other: 'turns' })} used`,
    account: 'Account',
    latest: 'Go to the newest line',
    pageRunning: (title: string) => `Drawing … ${title}`,
    pageIdle: (title: string) => `${title} · Redraw`,
    reconnecting: 'The connection broke. Connecting again; nothing is lost.',
    rateWarning: (utilization: number | null, resetsAt: number | null) => {
      const share =
        utilization === null ? 'Close to the limit of Claude' : `${percent(utilization)} of the Claude limit used`;
      return resetsAt === null ? share : `${share}, it resets at ${clock(resetsAt)}`;
    },
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
    pointed: (what: string) => `About: ${what}`,
    unpoint: 'Do not speak about this element',
    commands: {
      label: 'Commands',
      undo: 'Take back the last change',
      redo: 'Bring back what was taken back',
      stop: 'Stop this turn',
      model: 'Choose the model',
      export: 'Download the project as zip',
      notNow: 'not possible now',
    },
  },
  queue: {
    heading: (count: number) => `${plural(count, { one: 'prompt', other: 'prompts' })} waiting`,
    edit: 'Edit',
    editLabel: 'Prompt that waits',
    save: 'Save',
    cancel: 'Cancel',
    remove: 'Remove',
    removeItem: (prompt: string) => `Remove: ${prompt}`,
    editItem: (prompt: string) => `Edit: ${prompt}`,
    moveItem: (prompt: string, place: number, count: number) =>
      `Move: ${prompt}. Place ${number(place)} of ${number(count)}. The arrow keys move it.`,
    moved: (place: number, count: number) => `Now at place ${number(place)} of ${number(count)}`,
    files: (count: number) => plural(count, { one: 'file', other: 'files' }),
  },
  attachments: {
    add: 'Attach files',
    list: 'Attached files',
    drop: 'Drop images or text files here',
    remove: (name: string) => `Remove ${name}`,
    preparing: 'Preparing',
    uploading: (share: number) => `${percent(share)} up`,
    waits: 'Goes up when this turn has ended',
    waitsHint: 'While a turn runs, its files are not changed. The prompt and its files wait here until it has ended.',
    failed: 'Did not go up',
    again: 'Try again',
    scaled: (width: number, height: number) => `Scaled down to ${number(width)} × ${number(height)} for Claude`,
    refusedType: (name: string, kinds: readonly string[]) =>
      `${name} cannot be attached. What can: images (${or(kinds)}) and text files.`,
    refusedBinary: (name: string) => `${name} cannot be attached: it is named like a text file, and is none.`,
    refusedImage: (name: string) => `${name} cannot be attached: this browser cannot read it as a picture.`,
    refusedSize: (name: string, size: number, limit: number) =>
      `${name} has ${bytes(size)}. A file may have ${bytes(limit)}.`,
    refusedEmpty: (name: string) => `${name} is empty.`,
    refusedCount: (limit: number) => `${plural(limit, { one: 'file', other: 'files' })} go with one prompt, not more.`,
  },
  models: {
    heading: 'Model',
    lead: 'It answers from the next turn on.',
    loading: 'Loading the models',
    price: (input: number, output: number) => `${usd(input)} in, ${usd(output)} out, per million tokens`,
    current: 'in use',
    notAllowed: 'Needs a Claude of your own',
    cache:
      'Claude keeps what it has read at a tenth of the price, for each model apart. After a switch, the next turn reads the conversation once more at the full price.',
    chosen: (name: string) => `${name} answers from the next turn on.`,
  },
  turn: {
    label: (index: number) => `Turn ${number(index)}`,
    history: 'History of the conversation',
    log: 'What was said and done',
    you: 'You',
    sending: 'Sending',
    thinking: 'Thinking',
    thought: 'Thoughts',
    draft: (path: string) => `${path}, being written`,
    unfinished: 'not finished',
    failed: 'failed',
    activity: activityInWords,
    retry: (attempt: number, max: number) => `Retrying request, attempt ${number(attempt)}/${number(max)}`,
    retryReason: (status: number | null, type: string | null) =>
      [status === null ? 'connection broken' : `status ${status}`, type].filter(Boolean).join(', '),
    retryIn: (ms: number) => `next try in ${duration(ms)}`,
    ended: {
      completed: 'Done',
      stopped: 'Stopped. What was written so far is kept.',
      failed: 'This turn failed.',
      exhausted: 'This turn could not go on.',
    } as Record<string, string>,
    notCounted: 'Not counted.',
    changed: (count: number) => plural(count, { one: 'file changed', other: 'files changed' }),
    paidBy: (payer: string) => `Paid by ${payers[payer] ?? payer}`,
    tokens: (input: number, output: number) => `${number(input)} tokens in, ${number(output)} out`,
    usd: (dollars: number) => (dollars > 0 && dollars < 0.001 ? `under ${usd(0.001)}` : usd(dollars)),
    receipt: 'Receipt',
    emptyHeading: 'Nothing here yet',
    empty: 'Say in a sentence or two what you would like to have. Claude writes it, and it shows on the sheet.',
  },
  limit: {
    heading: 'Usage limit reached',
    shared: 'This is the limit of the key that this deployment shares, not yours.',
    resets: (at: number, now: number) =>
      `It lifts at ${at - now > 20 * 3_600_000 ? dayAndClock(at) : clock(at)}, in ${duration(at - now)}.`,
    lifted: 'The limit should have lifted by now.',
  },
  sheet: {
    label: 'The app',
    undo: 'Undo',
    redo: 'Redo',
    reload: 'Reload the preview',
    open: 'Open in a new tab',
    versions: 'Versions',
    files: 'Files',
    zip: 'Download as zip',
    tools: 'Tools of the sheet',
    empty: 'A blank sheet',
    emptyHint: 'Your app appears here.',
    emptyRunning: 'The first strokes show here as soon as there is something to see.',
    redrawing: 'Redrawing',
    lost: 'The app does not answer',
    lostHint: 'It may have gone to another site, or it could not be loaded.',
    backToApp: 'Load it again',
    problem: {
      exception: 'The app ran into an error',
      console: 'The app reports an error',
      request: 'The app could not load something',
      build: 'The app could not be put together',
    } as Record<string, string>,
    more: (count: number) => `and ${number(count)} more`,
    fix: 'Let Claude fix it',
    fixPrompt: (problems: string) => `The preview reports this. Please find the cause and fix it.\n\n${problems}`,
  },
  versions: {
    heading: 'Versions',
    empty: 'No version yet. Every turn that changes a file makes one.',
    loading: 'Loading the versions',
    current: 'on the sheet now',
    kind: (kind: string) => versionKinds[kind] ?? kind,
    stopped: 'stopped half-way',
    at: (ms: number) => dayAndClock(ms),
    back: 'Go back to this',
    backLabel: (version: number) => `Go back to this: version ${number(version)}`,
    look: 'Look at it',
    lookLabel: (version: number) => `Look at it: version ${number(version)}, in a new tab`,
  },
  files: {
    heading: 'Files',
    empty: 'No files yet.',
    loading: 'Loading the files',
    loadingFile: 'Loading the file',
    pick: 'Pick a file to read it.',
    binary: 'This is no text.',
    raw: 'Download it',
    tooLong: 'Only the beginning is shown.',
    bytes,
  },
  signIn: {
    heading: 'The trial turns are used up',
    body: (limit: number) =>
      `You have used all ${plural(limit, { one: 'turn', other: 'turns' })} that go without an account. Here you would sign in, but this deployment has no sign-in yet: it is still being built.`,
    keep: 'Your project is not going anywhere. It stays at this address, you can look at it, undo, and download it as a zip.',
    understood: 'All right',
  },
  account: {
    heading: 'Account',
    visitor: 'You are here without an account. A cookie in this browser keeps your projects together.',
    user: 'You are signed in.',
    trial: 'Trial turns',
    connection: 'Claude connection',
    noConnection: 'None. Turns are paid by the trial.',
    connected: (label: string, since: number) => `${label}, since ${day(since)}`,
    loading: 'Loading your account',
    language: 'Language',
  },
  notFound: {
    heading: 'Nothing is drawn here',
    project:
      'There is no project at this address, or it belongs to somebody else. Projects are tied to the browser that made them.',
    page: 'There is no page at this address.',
    start: 'Go to the start page',
  },
  errors: {
    unreachable: 'Redraw could not be reached. Look at your connection and try again.',
  },
};

/** The shape of the catalogue in every language. */
export type Strings = typeof en;
