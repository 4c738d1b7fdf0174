import { Client, type SeenTurn } from './support/client.ts';
import type { Part, Scope } from './support/part.ts';
import { type Row, row } from './support/report.ts';
import { tokens } from './support/sample.ts';
import type { Stand } from './support/stand.ts';
import { median } from './support/statistics.ts';
import { toFirstToken } from './support/timing.ts';

/** Three seconds of text. */
const reply = { count: 60, delayMs: 50 };

const knownSessions = 100;
const newVisitors = 200;

/** Streams that all begin in the same instant: one sample for each time. Milliseconds. */
interface Streams {
  /** From the prompts to the first token of the visitor in the middle. */
  firstToken: number[];
  /** From the prompts to the end of the last turn. */
  allDone: number[];
}

const clientsOf = (count: number, { redraw }: Stand, { onEnd }: Scope): Client[] => {
  const clients = Array.from({ length: count }, () => new Client(redraw.url));
  onEnd(() => clients.map((client) => client.close()));
  return clients;
};

async function allAtOnce(
  { plan }: Stand,
  clients: readonly Client[],
  { firstToken, allDone }: Streams,
  sessions: readonly string[] = [],
): Promise<void> {
  const turns = await Promise.all(
    clients.map((client, at): Promise<SeenTurn> => {
      const { prompt } = plan([tokens(reply.count, { delayMs: reply.delayMs })]);
      return client.turn(prompt, sessions[at]);
    }),
  );
  firstToken.push(median(turns.map(toFirstToken)));
  const begun = Math.min(...turns.map(({ postedAt }) => postedAt));
  allDone.push(Math.max(...turns.map(({ finishedAt }) => finishedAt)) - begun);
}

function rowsOf(key: string, who: string, streams: Streams, firstGoal: number, doneGoal: number): Row[] {
  const done = `${who} at once: 3 s of text each, until the last is done`;
  return [
    row(`simultaneous.${key}.first-token`, `${who} at once: first token`, 'ms', streams.firstToken, {
      goal: firstGoal,
    }),
    row(`simultaneous.${key}.all-done`, done, 'ms', streams.allDone, { goal: doneGoal }),
  ];
}

/** Many streams that begin in the same instant. Client, Claude and Redraw share this machine. */
export const simultaneous: Part = {
  name: 'simultaneous',
  async run(scope) {
    const stand = await scope.stand();
    const clients = clientsOf(knownSessions, stand, scope);
    const met = await Promise.all(clients.map((client) => client.turn(stand.plan([tokens(1)]).prompt)));
    const sessions = met.map(({ session }) => session);
    const known: Streams = { firstToken: [], allDone: [] };
    const fresh: Streams = { firstToken: [], allDone: [] };
    await scope.repeat({ least: 1, most: 3 }, async () => {
      await allAtOnce(stand, clients, known, sessions);
      await allAtOnce(stand, clientsOf(newVisitors, stand, scope), fresh);
    });
    return [
      ...rowsOf('known', `${knownSessions} known sessions`, known, 400, 3_300),
      ...rowsOf('new', `${newVisitors} new visitors`, fresh, 2_000, 5_000),
    ];
  },
};
