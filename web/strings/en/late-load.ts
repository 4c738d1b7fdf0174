import { formatsOf } from '../formats/formats.ts';
import { accountWords } from './account.ts';
import { creditWords } from './credits.ts';
import { limitWords } from './limits.ts';
import { previewWords } from './preview.ts';
import { reviewWords } from './reviews.ts';
import { spendingWords } from './spending.ts';

const { number, plural, percent, bytes, usd, or } = formatsOf('en');

const payers: Record<string, string> = {
  trial: 'a trial turn',
  connection: 'your own Claude',
  hosted: 'this deployment',
  credits: 'your credits',
};

/** The words of parts that are loaded on demand. The words of the first load are in `first-load.ts`. */
export const lateEn = {
  ...previewWords,
  ...accountWords,
  ...creditWords,
  ...limitWords,
  ...reviewWords,
  ...spendingWords,
  projects: {
    search: 'Find a project',
    noneFound: 'No project has such a title.',
    failed: 'Your projects could not be listed.',
    noPicture: 'No picture yet',
    menu: (title: string) => `Rename or delete ${title}`,
    rename: 'Rename',
    renameItem: (title: string) => `Rename ${title}`,
    renameLabel: 'Title of the project',
    remove: 'Delete',
    removeItem: (title: string) => `Delete ${title}`,
    removed: (title: string) => `${title} is deleted`,
    undo: 'Undo',
    notRemoved: (title: string) => `${title} could not be deleted. It is still here.`,
    notRenamed: (title: string) => `${title} could not be renamed.`,
  },
  news: {
    elsewhereTurn: 'A turn was started in another window.',
    elsewhereVersion: 'Another version was brought to the sheet in another window.',
  },
  talk: {
    undoFirst: 'The prompt is back in the box. Its turn still stands; take it back before you send again?',
    undoTurn: 'Take the turn back',
    taken: 'The turn is taken back.',
  },
  notFound: {
    heading: 'Nothing is drawn here',
    project:
      'There is no project at this address, or it is not yours. A project belongs to the browser that made it, or to the account you sign in to. After its cookies were deleted, a browser is another one.',
    cookie:
      'Redraw does not know this browser: it sent no cookie (blocked, or deleted), or its sign-in has ended. If something here is yours, allow cookies for this site, or sign in again.',
    page: 'There is nothing at this address.',
    start: 'Go to the start page',
    broken: {
      heading: 'The pencil broke',
      page: 'Something broke on our side. Nothing was lost; load the page again in a moment.',
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
    list: 'Attached files',
    remove: (name: string) => `Remove ${name}`,
    preparing: 'Preparing',
    uploading: (share: number) => `${percent(share)} up`,
    waits: 'Goes up when this turn has ended',
    waitsHint: 'While a turn runs, its files are not changed. The prompt and its files wait here until it has ended.',
    failed: 'Did not go up',
    again: 'Try again',
    scaled: (width: number, height: number) => `Scaled down to ${number(width)} × ${number(height)} for Claude`,
    size: bytes,
    refusedType: (name: string, kinds: readonly string[]) =>
      `${name} cannot be attached. What can: images (${or(kinds)}) and text files.`,
    refusedBinary: (name: string) => `${name} cannot be attached: it is named like a text file, and is none.`,
    refusedImage: (name: string) => `${name} cannot be attached: this browser cannot read it as a picture.`,
    refusedSize: (name: string, size: number, limit: number) =>
      `${name} has ${bytes(size)}. A file may have ${bytes(limit)}.`,
    refusedEmpty: (name: string) => `${name} is empty.`,
    refusedCount: (limit: number) => `${plural(limit, { one: 'file', other: 'files' })} go with one prompt, not more.`,
  },
  receipt: {
    payer: 'Paid by',
    payers: { ...payers } as Record<string, string>,
    model: 'Model',
    input: 'Tokens in',
    output: 'Tokens out',
    cached: 'From the cache',
    stored: 'Into the cache',
    price: 'List price',
    markup: '0 % markup',
    first: 'First word after',
    whole: 'Whole turn',
    steps: 'Replies of Claude',
    count: number,
  },
  notify: {
    offer: 'Tell me when it is done',
    on: 'You will be told when it is done',
    refused: 'This browser does not allow messages from this page.',
  },
  turn: {
    freshStart: 'Start fresh',
    freshStarted: 'Started fresh',
    freshRunning: 'Claude writes a summary of the conversation.',
    freshWhat: 'Claude goes on from this summary. The files, and what was said, stay.',
    freshTakenBack: 'Taken back: Claude goes on from the whole conversation.',
    freshUndo: 'Undo',
    freshUndoLabel: 'Undo the fresh start',
  },
  composer: {
    askLabel: 'What would you like to know?',
    askPlaceholder: 'Ask about the app; nothing is changed …',
    pointed: (what: string) => `About: ${what}`,
    unpoint: 'Do not speak about this element',
    modes: { label: 'What the prompt does', build: 'Build', ask: 'Ask' },
    commands: {
      undo: 'Take back the last change',
      redo: 'Bring back what was taken back',
      stop: 'Stop this turn',
      model: 'Choose the model',
      ask: 'Ask: the next prompts are questions, nothing is changed',
      build: 'Build: the next prompts change the app',
      fresh: 'Start fresh: a summary takes the place of the conversation',
      export: 'Download the project as zip',
      notNow: 'not possible now',
    },
  },
  models: {
    heading: 'Model',
    lead: 'It answers from the next turn on.',
    loading: 'Loading the models',
    price: (input: number, output: number) => `${usd(input)} in, ${usd(output)} out, per million tokens`,
    current: 'in use',
    notAllowed: 'Needs a Claude of your own',
    notOwned: 'Not in your Claude account',
    noPrice: 'price not known',
    connect: 'Connect Claude to pick any of its models',
    cache:
      'What Claude has read before costs a fraction of the price, for each model apart. After a switch, the next turn reads the conversation once more at the full price.',
    chosen: (name: string) => `${name} answers from the next turn on.`,
  },
  keys: {
    heading: 'Keys',
    groups: { write: 'Writing', turn: 'The turn', sheet: 'The sheet', around: 'Getting around' },
    send: 'Send the prompt',
    line: 'Start a new line',
    recall: 'Recall the last prompt (in an empty box)',
    command: 'Commands (at the start of the box)',
    stop: 'Stop the turn',
    undo: 'Undo',
    redo: 'Redo',
    close: 'Close what lies over the sheet',
    previous: 'Turn before',
    next: 'Turn after',
    compose: 'Go to the box',
    help: 'This list',
    shift: 'Shift',
    enter: 'Enter',
    escape: 'Esc',
  },
  share: {
    heading: 'Share the app',
    who: 'Whoever has this address sees the app as it is now and as it becomes, and can read its code, as of any web page. They do not see the conversation, and cannot change anything.',
    none: 'There is nothing to share yet. Say what you would like to have, and the app gets an address.',
    address: 'Address of the app',
    copy: 'Copy the address',
    send: 'Send it …',
    resetHeading: 'Take it back',
    reset: 'Give the app a new address',
    resetWhat: 'The old address goes dead at once, for everybody who has it.',
    resetSure: 'Really? Links that you gave away stop working.',
    resetYes: 'Yes, new address',
    resetDone: 'The app has a new address.',
    keep: 'Keep it',
  },
};

export type LateWords = typeof lateEn;
