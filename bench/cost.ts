import type { BrowserContext } from 'playwright-core';
import type { Answer } from '../test/claude-simulator/script.ts';
import { launchChromium } from '../test/support/chromium.ts';
import type { Visitor } from '../test/support/visitor.ts';
import type { Ledger } from './meter/ledger.ts';
import { dollarsOf, freeDayShare, type Usage, usageOf } from './support/bill.ts';
import { buildTurn, type MeteredStand, startMeteredStand } from './support/metered-stand.ts';
import { editReply, sampleApp, tokenChars, tokens } from './support/sample.ts';
import { textTable } from './support/text-table.ts';

/** How fast Claude writes: 50 tokens a second. */
const tokenMs = 20;

/** How many times as fast the time of the Worker passes, and Claude writes. The counts differ from those of real time by a few rows. */
const pace = 5;

/** Longer than any alarm of a turn is set ahead. Milliseconds. */
const settledMs = 11 * 60_000;

/** Interval of the alarms of a turn. Milliseconds. */
const alarmMs = 30_000;

/** By how many rows the goals of a turn of 60 s are above those of one of 10 s, for each second. */
const rowsPerSecond = (100 - 60) / (60 - 10);

const idleMs = 8 * 60 * 60_000;

/** The most that something may use. */
export type Goal = Partial<Usage>;

export interface Cost {
  what: string;
  usage: Usage;
  goal: Goal;
  ledger: Ledger;
}

/** A turn in which Claude only talks. */
function talk(seconds: number): Answer[] {
  return [tokens((seconds * 1000) / tokenMs, { delayMs: tokenMs })];
}

/** A turn in which Claude talks for a fifth of the time, then writes a file, and says so. */
function write(seconds: number, path: string): Answer[] {
  const count = (seconds * 1000) / tokenMs;
  const said = tokens(count / 5).content ?? [];
  const line = `${'x'.repeat(10 * tokenChars - 1)}\n`;
  const input = { command: 'create', path: `/app/${path}`, file_text: line.repeat(((count * 4) / 5 - 20) / 10) };
  const call = { type: 'tool_use', name: 'str_replace_based_edit_tool', input } as const;
  const pace = { chunkSize: tokenChars, toolChunkSize: tokenChars, delayMs: tokenMs };
  return [
    { content: [...said, call], ...pace },
    { content: ['Done.'], ...pace },
  ];
}

/** Counts and notes usages one after the other. */
class Costs {
  readonly all: Cost[] = [];
  readonly #stand: MeteredStand;

  constructor(stand: MeteredStand) {
    this.#stand = stand;
  }

  /** Counts what `work` costs, and what alarms do in the `afterMs` that follow. */
  async of<T>(what: string, goal: Goal | ((result: T) => Goal), work: () => Promise<T>, afterMs = 0): Promise<T> {
    await this.#stand.reset();
    const result = await work();
    const ledger = await this.#stand.advance(afterMs);
    this.all.push({ what, goal: typeof goal === 'function' ? goal(result) : goal, usage: usageOf(ledger), ledger });
    return result;
  }
}

const noKv: Goal = { kvReads: 0, kvWrites: 0, kvDeletes: 0, kvLists: 0 };
const nothing: Goal = { requests: 0, objectRequests: 0, rowsRead: 0, rowsWritten: 0, gbSeconds: 0, ...noKv };

/** Counts what turns, an undo and an idle socket cost. Needs no browser. */
export async function measureCost(stand: MeteredStand): Promise<Cost[]> {
  const costs = new Costs(stand);
  const turn = (
    what: string,
    seconds: number,
    most: number,
    visitor: Visitor,
    answers: readonly Answer[],
    session?: string,
  ) =>
    costs.of(
      what,
      // A turn that a busy machine has made longer has more of what goes with time.
      ({ durationMs }) => {
        const lateMs = Math.max(0, durationMs - seconds * 1000);
        const rowsWritten = most + Math.floor((lateMs / 1000) * rowsPerSecond);
        return { requests: 1, objectRequests: 14 + Math.floor(lateMs / alarmMs), rowsWritten, ...noKv };
      },
      () => buildTurn(visitor, stand.prompt(answers), session),
      settledMs,
    );
  // The first turn of a deployment's day writes rows that no other does.
  await buildTurn(stand.visitor(), stand.prompt([{ content: ['Good morning.'] }]));
  await stand.advance(settledMs);

  const visitor = stand.visitor();
  const { session } = await turn('turn of 10 s that makes account and project', 10, 110, visitor, talk(10));
  await turn('turn of 10 s that only talks', 10, 60, visitor, talk(10), session);
  await turn('turn of 10 s that writes a file', 10, 60, visitor, write(10, 'src/one.ts'), session);
  await turn('turn of 60 s that only talks', 60, 100, visitor, talk(60), session);
  await turn('turn of 60 s that writes a file', 60, 100, visitor, write(60, 'src/two.ts'), session);
  await costs.of('undo', { requests: 1, objectRequests: 1, rowsWritten: 8 }, () =>
    visitor.json('POST', `/api/sessions/${session}/undo`),
  );
  const socket = new WebSocket(`${stand.url.replace('http', 'ws')}/api/sessions/${session}/watch`, {
    // Node's WebSocket accepts headers; the types are those of a browser, whose WebSocket does not.
    headers: { Origin: stand.url, Cookie: visitor.cookie ?? '' },
  } as unknown as string[]);
  await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
  await costs.of('idle socket, 8 hours', nothing, async () => undefined, idleMs);
  socket.close();
  return costs.all;
}

async function visit(context: BrowserContext, visitor: Visitor): Promise<void> {
  const [name = '', value = ''] = (visitor.cookie ?? '').split(/=(.*)/);
  await context.addCookies([{ name, value, url: visitor.url.replace('http:', 'https:'), secure: true }]);
}

/** Counts what a browser costs: a preview in a tab of its own, the builder, and a tab that nobody looks at. */
export async function measureBrowserCost(stand: MeteredStand): Promise<Cost[]> {
  const costs = new Costs(stand);
  const visitor = stand.visitor();
  const { inputs } = sampleApp(20);
  const { session, previewUrl } = await buildTurn(visitor, stand.prompt([editReply(inputs), { content: ['Done.'] }]));
  await stand.advance(settledMs);
  const browser = await launchChromium();
  try {
    const context = await browser.newContext();
    await visit(context, visitor);
    const preview = await context.newPage();
    const load = async (): Promise<void> => {
      await preview.goto(previewUrl, { waitUntil: 'networkidle' });
      await preview.locator('#edition').waitFor();
    };
    await costs.of('preview of 25 files, first load', { rowsWritten: 0 }, load);
    await costs.of('the same, loaded again', { requests: 3, objectRequests: 3, rowsWritten: 0 }, load);
    await preview.close();
    const page = await context.newPage();
    await page.clock.install();
    await costs.of('project opened in the builder', {}, async () => {
      // The last that the page asks for are the events that its report on the preview has brought; before, there are none (204).
      // That the answer has begun is enough: its end is told as an abort now and then, and the count waits until all is at rest.
      const isLast = (url: string, status: number) => url.endsWith('/events') && status === 200;
      const last = page.waitForResponse((response) => isLast(response.url(), response.status()));
      await page.goto(`${stand.url}/s/${session}`);
      await last;
    });
    await costs.of('its idle tab, 8 hours', nothing, () => page.clock.fastForward(idleMs), idleMs);
    await context.close();
  } finally {
    await browser.close();
  }
  return costs.all;
}

const shown = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2));

const names: Record<keyof Usage, string> = {
  requests: 'Worker',
  objectRequests: 'objects',
  rowsRead: 'rows read',
  rowsWritten: 'rows written',
  gbSeconds: 'GB-s',
  kvReads: 'KV reads',
  kvWrites: 'KV writes',
  kvDeletes: 'KV deletes',
  kvLists: 'KV lists',
};

const columns: (keyof Usage)[] = ['requests', 'objectRequests', 'rowsRead', 'rowsWritten', 'gbSeconds'];

/** The table of what was counted, with its goals, and what it costs. */
function costTable(costs: readonly Cost[]): string {
  const head = ['', ...columns.flatMap((kind) => [names[kind], 'goal']), 'KV', '$ for 1,000', 'of a free day', 'by'];
  const body = costs.map(({ what, usage, goal }) => {
    const { share, kind } = freeDayShare(usage);
    const kv = usage.kvReads + usage.kvWrites + usage.kvDeletes + usage.kvLists;
    const counts = columns.flatMap((column) => [
      shown(usage[column]),
      goal[column] === undefined ? '' : `${goal[column]}`,
    ]);
    const price = (dollarsOf(usage) * 1_000).toFixed(4);
    return [what, ...counts, String(kv), price, `${(share * 100).toFixed(3)} %`, share === 0 ? '' : names[kind]];
  });
  return textTable(head, body);
}

/** The rows that were written, by statement. */
function rowsTable({ what, ledger }: Cost): string {
  const written = ledger.statements.filter(({ written }) => written > 0);
  const body = written.map(({ owner, statement, times, written }) => [
    `${owner}: ${statement.slice(0, 100)}`,
    ...[times, written].map(String),
  ]);
  return textTable([what, 'times', 'rows'], body);
}

/** Counts and prints; with `--rows` the rows written by each statement, too. */
export async function runCost(): Promise<void> {
  const stand = await startMeteredStand(pace);
  try {
    const costs = [...(await measureCost(stand)), ...(await measureBrowserCost(stand))];
    if (process.argv.includes('--json')) return console.log(JSON.stringify(costs, null, 2));
    console.log(costTable(costs));
    console.log('CPU time is not counted: $0.02 for a million milliseconds of the Worker, by the pricing page.');
    if (process.argv.includes('--rows')) for (const cost of costs) console.log(`\n${rowsTable(cost)}`);
  } finally {
    await stand.close();
  }
}
