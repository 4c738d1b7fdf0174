import type { Activity } from './state/activity.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
const number = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const dayAndClock = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

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

function span(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

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

/** Every word that the app says. */
export const strings = {
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
    ] as const,
    projects: 'Your projects',
    projectChanged: (at: number) => `changed ${day.format(at)}`,
    promise: (limit: number) =>
      `${plural(limit, 'turn', 'turns')} without an account. Every change can be undone, and the code is yours.`,
  },
  builder: {
    conversation: 'Conversation',
    preview: 'Preview',
    panes: 'What to show',
    title: 'Title of the project',
    rename: 'Rename the project',
    untitled: 'Untitled',
    trial: (used: number, limit: number) => `${Math.min(used, limit)} of ${plural(limit, 'turn', 'turns')} used`,
    account: 'Account',
    latest: 'Go to the newest line',
    pageRunning: (title: string) => `Drawing … ${title}`,
    pageIdle: (title: string) => `${title} · Redraw`,
    reconnecting: 'The connection broke. Connecting again; nothing is lost.',
    rateWarning: (utilization: number | null, resetsAt: number | null) => {
      const share =
        utilization === null
          ? 'Close to the limit of Claude'
          : `${Math.round(utilization * 100)} % of the Claude limit used`;
      return resetsAt === null ? share : `${share}, it resets at ${clock.format(resetsAt)}`;
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
    queued: 'Waiting',
    queueHeading: (count: number) => `${plural(count, 'prompt', 'prompts')} waiting`,
    edit: 'Edit',
    editLabel: 'Prompt that waits',
    save: 'Save',
    cancel: 'Cancel',
    remove: 'Remove',
    removeLabel: (prompt: string) => `Remove: ${prompt}`,
    editItemLabel: (prompt: string) => `Edit: ${prompt}`,
  },
  turn: {
    label: (index: number) => `Turn ${index}`,
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
    retry: (attempt: number, max: number) => `Retrying request, attempt ${attempt}/${max}`,
    retryReason: (status: number | null, type: string | null) =>
      [status === null ? 'connection broken' : `status ${status}`, type].filter(Boolean).join(', '),
    retryIn: (ms: number) => `next try in ${span(ms)}`,
    ended: {
      completed: 'Done',
      stopped: 'Stopped. What was written so far is kept.',
      failed: 'This turn failed.',
      exhausted: 'This turn could not go on.',
    } as Record<string, string>,
    notCounted: 'Not counted.',
    changed: (count: number) => plural(count, 'file changed', 'files changed'),
    paidBy: (payer: string) => `Paid by ${payers[payer] ?? payer}`,
    tokens: (input: number, output: number) => `${number.format(input)} tokens in, ${number.format(output)} out`,
    usd: (usd: number) => (usd > 0 && usd < 0.001 ? 'under $0.001' : `$${usd.toFixed(usd < 0.1 ? 3 : 2)}`),
    receipt: 'Receipt',
    emptyHeading: 'Nothing here yet',
    empty: 'Say in a sentence or two what you would like to have. Claude writes it, and it shows on the sheet.',
  },
  limit: {
    heading: 'Usage limit reached',
    shared: 'This is the limit of the key that this deployment shares, not yours.',
    resets: (at: number, now: number) =>
      `It lifts at ${at - now > 20 * 3_600_000 ? dayAndClock.format(at) : clock.format(at)}, in ${span(at - now)}.`,
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
    more: (count: number) => `and ${plural(count, 'more', 'more')}`,
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
    at: (ms: number) => dayAndClock.format(ms),
    back: 'Go back to this',
    backLabel: (version: number) => `Go back to this: version ${version}`,
    look: 'Look at it',
    lookLabel: (version: number) => `Look at it: version ${version}, in a new tab`,
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
    bytes: (bytes: number) =>
      bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`,
  },
  signIn: {
    heading: 'The trial turns are used up',
    body: (limit: number) =>
      `You have used all ${plural(limit, 'turn', 'turns')} that go without an account. Here you would sign in, but this deployment has no sign-in yet: it is still being built.`,
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
    connected: (label: string, since: number) => `${label}, since ${day.format(since)}`,
    loading: 'Loading your account',
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
