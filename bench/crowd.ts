import { type ByteSamples, byteRows } from './bytes.ts';
import { type LatencySamples, latencyRows } from './latency.ts';
import { Client, type SeenTurn } from './support/client.ts';
import { print, type Row, row } from './support/report.ts';
import { editReply, editText, sampleApp, tokens } from './support/sample.ts';
import { type PlannedTurn, type Stand, withStand } from './support/stand.ts';
import { toFirstToken, tokenDelays, toUpstream } from './support/timing.ts';
import { crowdPacedMs, tokenRows } from './tokens.ts';

export const crowdSize = 200;

/** Tokens of a paced text: two seconds of writing. */
const pacedTokens = 20;

/** Milliseconds over which the visitors of a crowd arrive. */
const arrivalMs = 10_000;
/** Milliseconds over which their paced turns begin. */
const turnMs = pacedTokens * crowdPacedMs;

/** Characters of a chunk. Without delay, chunks as small as Claude's would be a flood that Claude never sends to 200 sessions at once. */
const crowdChunk = 400;

/** Components of the app that each session writes. */
const parts = 1;

export interface CrowdSamples {
  latency: Pick<LatencySamples, 'newVisitor' | 'newSession' | 'nextTurn'>;
  paced: number[];
  bytes: ByteSamples;
  /** As `latency.nextTurn`, with all prompts sent in the same instant. */
  instant: LatencySamples['nextTurn'];
  /** Number of turns that ran, and their errors. */
  turns: number;
  errors: string[];
}

const none = () => ({ upstream: [], firstToken: [] });

/** Runs `work` for `count` members concurrently; their starts are spread evenly over `spreadMs` milliseconds. */
async function spread<T>(count: number, spreadMs: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, (spreadMs * index) / count));
      return work(index);
    }),
  );
}

/** Many visitors with one session each, and a stream that is open nearly all the time. */
export class Crowd {
  readonly samples: CrowdSamples = {
    latency: { newVisitor: none(), newSession: none(), nextTurn: none() },
    paced: [],
    bytes: { create: [], createRows: [], edit: [], editRows: [] },
    instant: none(),
    turns: 0,
    errors: [],
  };
  readonly #stand: Stand;
  readonly #members: { client: Client; session: string }[];

  constructor(stand: Stand, size = crowdSize) {
    this.#stand = stand;
    this.#members = Array.from({ length: size }, () => ({ client: new Client(stand.redraw.url), session: '' }));
  }

  /** Each visitor creates a project and changes it: a paced text, an app, one line of the app. */
  async build(): Promise<void> {
    const { latency, paced, bytes } = this.samples;
    await spread(this.#members.length, arrivalMs, async (index) => {
      const app = sampleApp(parts);
      const first = await this.#turn(index, [tokens(pacedTokens, { delayMs: crowdPacedMs })], true);
      const created = await this.#turn(index, [
        editReply(app.inputs, crowdChunk),
        tokens(pacedTokens, { delayMs: crowdPacedMs }),
      ]);
      const edited = await this.#turn(index, [
        editReply([editText(0, 1)]),
        tokens(pacedTokens, { delayMs: crowdPacedMs }),
      ]);
      if (!first || !created || !edited) return;
      latency.newVisitor.upstream.push(toUpstream(...first));
      latency.newVisitor.firstToken.push(toFirstToken(first[0]));
      paced.push(...tokenDelays(...first));
      for (const turn of [created, edited]) {
        latency.nextTurn.upstream.push(toUpstream(...turn));
        latency.nextTurn.firstToken.push(toFirstToken(turn[0]));
      }
      bytes.create.push(created[0].wireBytes / app.bytes);
      bytes.edit.push(edited[0].wireBytes / 1024);
    });
  }

  /** Runs paced turns until `done` is settled. */
  async keepBusy(done: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    done.then(over, over);
    await spread(this.#members.length, turnMs, async (index) => {
      while (!isOver && (await this.#turn(index, [tokens(pacedTokens, { delayMs: crowdPacedMs })])));
    });
  }

  /** All visitors send a prompt in the same instant. */
  async atOnce(): Promise<void> {
    const { instant } = this.samples;
    const turns = await spread(this.#members.length, 0, (index) => this.#turn(index, [tokens(20)]));
    for (const turn of turns) {
      if (!turn) continue;
      instant.upstream.push(toUpstream(...turn));
      instant.firstToken.push(toFirstToken(turn[0]));
    }
  }

  close(): void {
    for (const { client } of this.#members) client.close();
  }

  async #turn(
    index: number,
    script: Parameters<Stand['plan']>[0],
    first = false,
  ): Promise<[SeenTurn, PlannedTurn] | null> {
    const member = this.#members[index];
    if (!member) return null;
    const planned = this.#stand.plan(script);
    try {
      const seen = await member.client.turn(planned.prompt, first ? undefined : member.session);
      member.session = seen.session;
      this.samples.turns += 1;
      if (seen.state !== 'completed') this.samples.errors.push(`A turn ended as ${seen.state}.`);
      return [seen, planned];
    } catch (error) {
      this.samples.errors.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  }
}

export function instantRows({ instant }: CrowdSamples): Row[] {
  return [
    row('prompt to upstream request, all in the same instant', 'ms', { crowd: instant.upstream }),
    row('prompt to first token, all in the same instant', 'ms', { crowd: instant.firstToken }),
  ];
}

/** One line with the numbers of turns and errors, and up to five different errors. */
export function crowdNotes({ turns, errors }: CrowdSamples): string[] {
  const kinds = [...new Set(errors)].slice(0, 5);
  return [`${crowdSize} at once: ${turns} turns, ${errors.length} errors.`, ...kinds];
}

if (import.meta.main) {
  const samples = await withStand(async (stand) => {
    const crowd = new Crowd(stand);
    await crowd.build();
    await crowd.atOnce();
    crowd.close();
    return crowd.samples;
  });
  const rows = [
    ...latencyRows(null, samples.latency),
    ...instantRows(samples),
    ...tokenRows(null, samples.paced),
    ...byteRows(null, samples.bytes),
  ];
  print(
    rows.filter(({ crowd }) => crowd !== null),
    crowdSize,
    crowdNotes(samples),
  );
}
