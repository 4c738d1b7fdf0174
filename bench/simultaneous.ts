import { Client, type SeenTurn } from './support/client.ts';
import { print, type Row, row } from './support/report.ts';
import { tokens } from './support/sample.ts';
import { type Stand, withStand } from './support/stand.ts';
import { toFirstToken } from './support/timing.ts';

/** Three seconds of text. */
const reply = { count: 60, delayMs: 50 };

const knownSessions = 100;
const newVisitors = 200;

/** Streams that all begin in the same instant. Milliseconds. */
interface Streams {
  /** From the prompts to each one's first token. */
  firstToken: number[];
  /** From the prompts to the end of the last turn. */
  allDone: number;
}

export interface SimultaneousSamples {
  known: Streams;
  fresh: Streams;
}

/** Processor time a turn that somebody pays for: client, Claude and Redraw share this machine. */
export async function measureSimultaneous(stand: Stand): Promise<SimultaneousSamples> {
  const clients = Array.from({ length: knownSessions }, () => new Client(stand.redraw.url));
  const sessions: string[] = [];
  for (const client of clients) sessions.push((await client.turn(stand.plan([tokens(1)]).prompt)).session);
  const known = await allAtOnce(stand, clients, sessions);
  const fresh = await allAtOnce(
    stand,
    Array.from({ length: newVisitors }, () => new Client(stand.redraw.url)),
  );
  return { known, fresh };
}

async function allAtOnce(stand: Stand, clients: readonly Client[], sessions: readonly string[] = []): Promise<Streams> {
  const turns = await Promise.all(
    clients.map((client, at): Promise<SeenTurn> => {
      const { prompt } = stand.plan([tokens(reply.count, { delayMs: reply.delayMs })]);
      return client.turn(prompt, sessions[at]);
    }),
  );
  for (const client of clients) client.close();
  const begun = Math.min(...turns.map(({ postedAt }) => postedAt));
  return {
    firstToken: turns.map(toFirstToken),
    allDone: Math.max(...turns.map(({ finishedAt }) => finishedAt)) - begun,
  };
}

export function simultaneousRows({ known, fresh }: SimultaneousSamples): Row[] {
  const rows = (who: string, { firstToken, allDone }: Streams, firstGoal: number, doneGoal: number): Row[] => [
    row(`${who} at once: first token`, 'ms', { one: firstToken }, null, firstGoal),
    row(`${who} at once: 3 s of text each, until the last is done`, 'ms', { one: [allDone] }, null, doneGoal),
  ];
  return [
    ...rows(`${knownSessions} known sessions`, known, 400, 3_300),
    ...rows(`${newVisitors} new visitors`, fresh, 2_000, 5_000),
  ];
}

if (import.meta.main) {
  const samples = await withStand((stand) => measureSimultaneous(stand));
  print(simultaneousRows(samples), 0);
}
