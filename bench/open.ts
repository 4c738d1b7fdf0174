import type { BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../test/support/chromium.ts';
import { editRows } from '../test/support/state-folder.ts';
import { Client } from './support/client.ts';
import type { Part, Scope } from './support/part.ts';
import { type Row, row } from './support/report.ts';
import { editReply, editText, sampleApp } from './support/sample.ts';
import type { Stand } from './support/stand.ts';
import { median } from './support/statistics.ts';

const turns = 200;
const files = 300;
/** Files that the first turn writes: all but the components. */
const filesOfApp = 5;
/** Files that a later turn writes, and how many turns do. */
const filesOfTurn = 30;
const writingTurns = Math.ceil((files - filesOfApp) / filesOfTurn);
/** Turns after those. */
const lastTurns = 20;
/** One turn in so many changes a line; in the others Claude only talks. */
const turnsOfEdit = 4;

const prompt = 'Make the heading larger, and the rows closer.';
/** Milliseconds between two keys of a fast typist. */
const keyMs = 60;

const answer = `I have changed **three** things, as you asked:

- the title is larger,
- the rows stand closer,
- \`src/app.css\` has a new colour.

\`\`\`tsx
export function Row({ name }: { name: string }) {
  return <li class="row">{name}</li>;
}
\`\`\`

The browser reports no errors.`;

/** Waiting times of a visitor who returns to a large project. Milliseconds. */
interface OpenSamples {
  /** From navigation to the end of the conversation being readable. */
  conversation: number[];
  /** From navigation to all turns of the conversation. */
  whole: number[];
  /** From navigation to the first paint of the app. */
  picture: number[];
  /** From the click to all files in the file tree. */
  tree: number[];
  /** The median frame interval of each run while a prompt is typed. */
  frames: number[];
  /** The longest frame interval of each run. */
  longest: number[];
  /** The longest task of each run that delayed a frame; 0 where none took 50 ms. */
  work: number[];
}

/** The records of {@link watchOpening} in the page. */
interface Watched {
  /** First paint by name, in milliseconds since navigation. */
  seen: Record<string, number>;
  pressedAt: number;
  /** Frame intervals while they are recorded. */
  frames: number[];
  /** Long tasks: more than 50 ms. */
  tasks: number[];
}

/** Runs in the page: checks after each change what is painted. */
function watchOpening({ turns, files }: { turns: number; files: number }): void {
  if (window.parent !== window) return;
  const watched: Watched = { seen: {}, pressedAt: 0, frames: [], tasks: [] };
  Reflect.set(window, 'benchWatched', watched);
  new PerformanceObserver((list) => {
    watched.tasks.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });
  addEventListener(
    'click',
    ({ timeStamp }) => {
      watched.pressedAt = timeStamp;
    },
    { capture: true },
  );
  const drawn: Record<string, () => boolean> = {
    conversation: () => {
      const log = document.querySelector('.log');
      const isLast = document.querySelector('.turn:last-child .turn-sum')?.checkVisibility() === true;
      const isReady = isLast && document.querySelector('.turn:last-child .is-source') === null;
      return isReady && log !== null && log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    },
    whole: () =>
      document.querySelectorAll('.turn .turn-sum').length >= turns && document.querySelector('.is-source') === null,
    picture: () => [...document.querySelectorAll('iframe')].some((one) => one.style.zIndex === '1'),
    tree: () => document.querySelectorAll('.tree-file').length >= files,
  };
  const look = (): void => {
    isDue = false;
    for (const [name, isDrawn] of Object.entries(drawn)) {
      if (name in watched.seen || !isDrawn()) continue;
      watched.seen[name] = Number.NaN;
      // After this frame has been painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        watched.seen[name] = performance.now();
      };
      port2.postMessage(null);
    }
  };
  let isDue = false;
  // Only after a change: requesting every frame would itself cause work, most of all without a GPU.
  const lookSoon = (): void => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(look);
  };
  new MutationObserver(lookSoon).observe(document, { childList: true, subtree: true, attributes: true });
  document.addEventListener('scroll', lookSoon, { capture: true });
}

/** Runs in the page: records frame intervals from now on. */
function watchFrames(): void {
  const { frames } = Reflect.get(window, 'benchWatched') as Watched;
  let last = performance.now();
  const next = (): void => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

const watched = (page: Page): Promise<Watched> => page.evaluate(() => Reflect.get(window, 'benchWatched') as Watched);

/** @returns when something was first painted, in milliseconds since navigation */
async function seen(page: Page, what: string): Promise<number> {
  await page.waitForFunction((name) => ((Reflect.get(window, 'benchWatched') as Watched).seen[name] ?? 0) > 0, what);
  return (await watched(page)).seen[what] ?? Number.NaN;
}

/**
 * Creates a project of {@link turns} turns and {@link files} files. Most files are written by late turns: what Claude is sent stays small until
 * then.
 *
 * @returns its path, and the cookie of its visitor
 */
async function makeProject(stand: Stand, { onEnd }: Scope): Promise<{ path: string; cookie: string }> {
  const client = new Client(stand.redraw.url);
  onEnd(() => client.close());
  const { inputs } = sampleApp(files - filesOfApp);
  let session: string | undefined;
  const turn = async (work: readonly Record<string, unknown>[] = []): Promise<void> => {
    const planned = stand.plan([...(work.length > 0 ? [editReply(work, 0)] : []), { content: [answer] }]);
    session = (await client.turn(planned.prompt, session)).session;
  };
  let edition = 0;
  const talk = async (count: number): Promise<void> => {
    for (let at = 1; at <= count; at++) await turn(at % turnsOfEdit === 0 ? [editText(edition, ++edition)] : []);
  };
  await turn(inputs.splice(0, filesOfApp));
  await talk(turns - 1 - writingTurns - lastTurns);
  for (let at = 0; at < writingTurns; at++) await turn(inputs.splice(0, filesOfTurn));
  await talk(lastTurns);
  await letAnHourPass(stand);
  return { path: `/s/${session}`, cookie: client.cookie ?? '' };
}

/** Afterwards nothing of the project is in memory, and its turns have long ended. */
async function letAnHourPass({ redraw }: Stand): Promise<void> {
  await redraw.kill();
  editRows(redraw, 'Session', 'SELECT id FROM turn', ['UPDATE turn SET finished_at = finished_at - 3600000']);
  await redraw.restart();
}

async function openOnce(context: BrowserContext, url: string, samples: OpenSamples): Promise<void> {
  const page = await context.newPage();
  await page.addInitScript(watchOpening, { turns, files });
  await page.goto(url);
  samples.conversation.push(await seen(page, 'conversation'));
  samples.whole.push(await seen(page, 'whole'));
  samples.picture.push(await seen(page, 'picture'));

  await page.locator('#change').click();
  const before = await watched(page);
  await page.evaluate(watchFrames);
  await page.keyboard.type(prompt, { delay: keyMs });
  const { frames, tasks } = await watched(page);
  const typing = frames.slice(before.frames.length);
  samples.frames.push(median(typing));
  samples.longest.push(Math.max(...typing));
  samples.work.push(Math.max(0, ...tasks.slice(before.tasks.length)));

  await page.getByRole('button', { name: 'Code', exact: true }).click();
  const treeAt = await seen(page, 'tree');
  samples.tree.push(treeAt - (await watched(page)).pressedAt);
}

function rowsOf({ conversation, whole, picture, tree, frames, longest, work }: OpenSamples): Row[] {
  const line = (key: string, name: string, samples: number[]) => row(`open.${key}`, name, 'ms', samples);
  return [
    line('conversation', `open: end of ${turns} turns to read`, conversation),
    line('whole', `open: all ${turns} turns`, whole),
    line('picture', `open: picture of an app of ${files} files`, picture),
    line('tree', `open: tree of ${files} files, from the press`, tree),
    line('typing', `typing under ${turns} turns, frame to frame`, frames),
    line('typing.longest', `typing under ${turns} turns, the longest frame of each prompt`, longest),
    line('typing.task', `typing under ${turns} turns, the longest task (0: under 50 ms)`, work),
  ];
}

/** A large project is created once, and opened in a browser without its cache. */
export const open: Part = {
  name: 'open',
  async run(scope) {
    const stand = await scope.stand();
    const { redraw } = stand;
    const samples: OpenSamples = {
      ...{ conversation: [], whole: [], picture: [], tree: [] },
      ...{ frames: [], longest: [], work: [] },
    };
    const { path, cookie } = await makeProject(stand, scope);
    const [name = '', value = ''] = cookie.split(/=(.*)/);
    const browser = await launchChromium();
    scope.onEnd(() => browser.close());
    scope.signal.throwIfAborted();
    await scope.repeat({ least: 1, most: 4 }, async () => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      await context.addCookies([{ name, value, url: redraw.url.replace('http:', 'https:'), secure: true }]);
      await openOnce(context, redraw.url + path, samples);
      await context.close();
    });
    return rowsOf(samples);
  },
};
