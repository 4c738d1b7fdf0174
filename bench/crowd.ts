import { latencyRows, noLatency } from './latency.ts';
import { Client, type SeenTurn } from './support/client.ts';
import type { Part, Scope } from './support/part.ts';
import { progress, row } from './support/report.ts';
import { editReply, sampleApp, tokens } from './support/sample.ts';
import type { PlannedTurn, Stand, TurnScript } from './support/stand.ts';
import { batchMedians, median } from './support/statistics.ts';
import { toFirstToken, tokenDelays, toUpstream } from './support/timing.ts';

const crowdSize = 200;

/** Milliseconds between two tokens: 2,000 tokens a second for the whole machine. */
export const crowdPacedMs = 100;

/** Tokens of a paced text: two seconds of writing. */
const pacedTokens = 20;

/** Milliseconds over which the visitors arrive: ten a second, two turns each. */
const arrivalMs = 20_000;

/** Characters of a chunk. Without delay, chunks as small as Claude's would be a flood that Claude never sends to 200 sessions at once. */
const crowdChunk = 400;

/** Members that arrived together make one sample: they share the conditions of their moment. */
const batches = 10;

/** Many visitors with one session each. */
class Crowd {
  /** Errors of the turns that failed. */
  readonly errors: string[] = [];
  readonly #stand: Stand;
  readonly #scope: Scope;
  readonly #members: { client: Client; session?: string }[];

  constructor(stand: Stand, scope: Scope) {
    this.#stand = stand;
    this.#scope = scope;
    this.#members = Array.from({ length: crowdSize }, () => ({ client: new Client(stand.redraw.url) }));
    scope.onEnd(() => this.#members.map(({ client }) => client.close()));
  }

  /** All members run `work`; their starts are spread evenly over `spreadMs` milliseconds. */
  async each<T>(spreadMs: number, work: (index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(
      this.#members.map(async (_, index) => {
        if (spreadMs > 0) await new Promise((resolve) => setTimeout(resolve, (spreadMs * index) / crowdSize));
        this.#scope.signal.throwIfAborted();
        return work(index);
      }),
    );
  }

  /** @returns null for a turn that failed */
  async turn(index: number, script: TurnScript): Promise<[SeenTurn, PlannedTurn] | null> {
    const member = this.#members[index];
    if (!member) return null;
    const planned = this.#stand.plan(script);
    try {
      const seen = await member.client.turn(planned.prompt, member.session);
      member.session = seen.session;
      if (seen.state !== 'completed') this.errors.push(`A turn ended as ${seen.state}.`);
      return [seen, planned];
    } catch (error) {
      this.errors.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  }
}

/** Visitors arrive one after the other, write an app, and then all send a prompt in the same instant. */
export const crowd: Part = {
  name: 'crowd',
  async run(scope) {
    const people = new Crowd(await scope.stand(), scope);
    const [newVisitor, nextTurn, instant] = [noLatency(), noLatency(), noLatency()];
    const delays: number[] = [];
    const text = tokens(pacedTokens, { delayMs: crowdPacedMs });
    const { inputs } = sampleApp(1);
    const turns = await people.each(arrivalMs, async (index) => [
      await people.turn(index, [text]),
      await people.turn(index, [editReply(inputs, crowdChunk), text]),
    ]);
    for (const [first, next] of turns) {
      if (!first || !next) continue;
      newVisitor.upstream.push(toUpstream(...first));
      newVisitor.firstToken.push(toFirstToken(first[0]));
      nextTurn.upstream.push(toUpstream(...next));
      nextTurn.firstToken.push(toFirstToken(next[0]));
      delays.push(median(tokenDelays(...first)));
    }
    await scope.repeat({ least: 1, most: 3 }, async () => {
      const seen = (await people.each(0, (index) => people.turn(index, [tokens(20)]))).filter((turn) => turn !== null);
      instant.upstream.push(median(seen.map((turn) => toUpstream(...turn))));
      instant.firstToken.push(median(seen.map(([turn]) => toFirstToken(turn))));
    });
    for (const kind of new Set(people.errors.slice(0, 5))) progress(`crowd: ${kind}`);
    const batched = ({ upstream, firstToken }: typeof newVisitor) => ({
      upstream: batchMedians(upstream, batches),
      firstToken: batchMedians(firstToken, batches),
    });
    const who = `${crowdSize} at once`;
    return [
      ...latencyRows('crowd.new-visitor', `${who}, new visitor`, batched(newVisitor)),
      ...latencyRows('crowd.next-turn', `${who}, next turn`, batched(nextTurn)),
      ...latencyRows('crowd.instant', `${who}, all in the same instant`, instant),
      row(
        `crowd.every-${crowdPacedMs}`,
        `delay of a token, one every ${crowdPacedMs} ms, ${who}`,
        'ms',
        batchMedians(delays, batches),
        { peer: 7 },
      ),
      row('crowd.failed', `turns that failed, ${crowdSize} at once`, 'count', [people.errors.length], { goal: 0 }),
    ];
  },
};
