import { Client } from './support/client.ts';
import type { Part } from './support/part.ts';
import { type Row, row } from './support/report.ts';
import { tokens } from './support/sample.ts';
import { toFirstToken, toUpstream } from './support/timing.ts';

/** Waiting times from the prompt on. Milliseconds. */
export interface Latency {
  upstream: number[];
  firstToken: number[];
}

export const noLatency = (): Latency => ({ upstream: [], firstToken: [] });

/** The two rows of a kind of turn. */
export function latencyRows(key: string, who: string, { upstream, firstToken }: Latency): Row[] {
  return [
    row(`${key}.upstream`, `prompt to upstream request, ${who}`, 'ms', upstream, { peer: 130 }),
    row(`${key}.first-token`, `prompt to first token, ${who}`, 'ms', firstToken, { peer: 138 }),
  ];
}

/** One visitor, one turn at a time. It is the first part with a stand: one row is of the first turn after the start. */
export const latency: Part = {
  name: 'latency',
  async run({ stand, onEnd, repeat }) {
    const { redraw, plan } = await stand();
    const take = async (into: Latency, client: Client, session?: string): Promise<string> => {
      const planned = plan([tokens(20)]);
      const seen = await client.turn(planned.prompt, session);
      into.upstream.push(toUpstream(seen, planned));
      into.firstToken.push(toFirstToken(seen));
      return seen.session;
    };
    const newClient = (): Client => {
      const client = new Client(redraw.url);
      onEnd(() => client.close());
      return client;
    };
    const [cold, newVisitor, newSession, nextTurn] = [noLatency(), noLatency(), noLatency(), noLatency()];
    const visitor = newClient();
    let session = await take(cold, visitor);
    // The first few turns still compile code: they are neither cold nor warm.
    const unused = noLatency();
    for (let at = 0; at < 5; at++) session = await take(unused, visitor, at % 2 === 0 ? undefined : session);
    await repeat({ least: 5, most: 30 }, async () => {
      await take(newVisitor, newClient());
      session = await take(newSession, visitor);
      await take(nextTurn, visitor, session);
    });
    return [
      ...latencyRows('latency.cold', 'first turn after the start', cold),
      ...latencyRows('latency.new-visitor', 'new visitor', newVisitor),
      ...latencyRows('latency.new-session', 'new session', newSession),
      ...latencyRows('latency.next-turn', 'next turn', nextTurn),
    ];
  },
};
