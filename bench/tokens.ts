import { Client } from './support/client.ts';
import { print, type Row, row } from './support/report.ts';
import { tokens } from './support/sample.ts';
import { type Stand, withStand } from './support/stand.ts';
import { quantile } from './support/statistics.ts';
import { tokenDelays } from './support/timing.ts';

export interface TokenSamples {
  /** For each burst: the delay of its last token, divided by the number of its tokens. Milliseconds. */
  burst: number[];
  /** The delay of each token, by the milliseconds between two of them. Milliseconds. */
  paced: Map<number, number[]>;
}

const paces = [20, 10];

/** The pace in a crowd: 2000 tokens a second for the whole machine, 10 a second for each session. */
export const crowdPacedMs = 100;

export async function measureTokens(stand: Stand, bursts = 10, burstTokens = 1000, paced = 5): Promise<TokenSamples> {
  const samples: TokenSamples = { burst: [], paced: new Map(paces.map((pace) => [pace, []])) };
  const client = new Client(stand.redraw.url);
  let session = (await client.turn(stand.plan([tokens(1)]).prompt)).session;
  for (let at = 0; at < bursts; at++) {
    const planned = stand.plan([tokens(burstTokens)]);
    const seen = await client.turn(planned.prompt, session);
    session = seen.session;
    samples.burst.push((tokenDelays(seen, planned).at(-1) ?? Number.NaN) / burstTokens);
  }
  for (let at = 0; at < paced; at++) {
    for (const [delayMs, delays] of samples.paced) {
      const planned = stand.plan([tokens(100, { delayMs })]);
      delays.push(...tokenDelays(await client.turn(planned.prompt, session), planned));
    }
  }
  client.close();
  return samples;
}

export function tokenRows(one: TokenSamples | null, crowdPaced: readonly number[] = []): Row[] {
  const pacedRows = paces.flatMap((pace) => {
    const delays = one?.paced.get(pace) ?? [];
    const name = `delay of a token, one every ${pace} ms`;
    const ninth = delays.length === 0 ? [] : [quantile(delays, 0.9)];
    return [row(name, 'ms', { one: delays }, 7, 0.7), row(`${name}: 90 %`, 'ms', { one: ninth }, null, 3)];
  });
  return [
    row('delay per token, all tokens written at once', 'ms', { one: one?.burst ?? [] }, 7),
    ...pacedRows,
    row(`delay of a token, one every ${crowdPacedMs} ms`, 'ms', { crowd: crowdPaced }, 7),
  ];
}

if (import.meta.main) {
  const samples = await withStand((stand) => measureTokens(stand));
  print(tokenRows(samples), 0);
}
