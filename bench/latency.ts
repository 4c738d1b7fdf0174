import { Client } from './support/client.ts';
import { print, type Row, row } from './support/report.ts';
import { tokens } from './support/sample.ts';
import { type Stand, withStand } from './support/stand.ts';
import { toFirstToken, toUpstream } from './support/timing.ts';

/** Waiting times of one visitor, one turn at a time. Milliseconds. */
export interface Latency {
  upstream: number[];
  firstToken: number[];
}

export interface LatencySamples {
  /** The first turn after the start, by a visitor without a cookie. */
  cold: Latency;
  newVisitor: Latency;
  newSession: Latency;
  nextTurn: Latency;
}

const none = (): Latency => ({ upstream: [], firstToken: [] });

/** Takes all samples one after the other. `stand` must not have served a turn before, or the cold sample is not cold. */
export async function measureLatency(stand: Stand, count = 40): Promise<LatencySamples> {
  const samples: LatencySamples = { cold: none(), newVisitor: none(), newSession: none(), nextTurn: none() };
  const take = async (into: Latency, client: Client, session?: string): Promise<string> => {
    const planned = stand.plan([tokens(20)]);
    const seen = await client.turn(planned.prompt, session);
    into.upstream.push(toUpstream(seen, planned));
    into.firstToken.push(toFirstToken(seen));
    return seen.session;
  };
  const visitor = new Client(stand.redraw.url);
  let session = await take(samples.cold, visitor);
  // The first few turns still compile code: they are neither cold nor warm.
  const unused = none();
  for (let at = 0; at < 5; at++) session = await take(unused, visitor, at % 2 === 0 ? undefined : session);
  for (let at = 0; at < count; at++) {
    const newcomer = new Client(stand.redraw.url);
    await take(samples.newVisitor, newcomer);
    newcomer.close();
    session = await take(samples.newSession, visitor);
    await take(samples.nextTurn, visitor, session);
  }
  visitor.close();
  return samples;
}

export function latencyRows(one: LatencySamples | null, crowd: Partial<LatencySamples> | null): Row[] {
  const line = (name: string, kind: keyof LatencySamples, what: keyof Latency, peer: number): Row =>
    row(name, 'ms', { one: one?.[kind][what] ?? [], crowd: crowd?.[kind]?.[what] ?? [] }, peer);
  return [
    line('prompt to upstream request, first turn after the start', 'cold', 'upstream', 130),
    line('prompt to upstream request, new visitor', 'newVisitor', 'upstream', 130),
    line('prompt to upstream request, new session', 'newSession', 'upstream', 130),
    line('prompt to upstream request, next turn', 'nextTurn', 'upstream', 130),
    line('prompt to first token, first turn after the start', 'cold', 'firstToken', 138),
    line('prompt to first token, new visitor', 'newVisitor', 'firstToken', 138),
    line('prompt to first token, new session', 'newSession', 'firstToken', 138),
    line('prompt to first token, next turn', 'nextTurn', 'firstToken', 138),
  ];
}

if (import.meta.main) {
  const samples = await withStand((stand) => measureLatency(stand));
  print(latencyRows(samples, null), 0);
}
