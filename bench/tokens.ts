import { Client } from './support/client.ts';
import type { Part } from './support/part.ts';
import { row } from './support/report.ts';
import { tokens } from './support/sample.ts';
import { median, quantile } from './support/statistics.ts';
import { tokenDelays } from './support/timing.ts';

const burstTokens = 1000;

/** Milliseconds between two tokens. */
const paces = [20, 10];

/** Delays of tokens on their way through Redraw. One sample is one turn: the tokens of a turn share its moment. */
export const tokenDelay: Part = {
  name: 'tokens',
  async run({ stand, onEnd, repeat }) {
    const { redraw, plan } = await stand();
    const client = new Client(redraw.url);
    onEnd(() => client.close());
    const { session } = await client.turn(plan([tokens(1)]).prompt);
    /** For each burst: the delay of its last token, divided by the number of its tokens. */
    const burst: number[] = [];
    const paced = paces.map((delayMs) => ({ delayMs, middle: [] as number[], most: [] as number[] }));
    await repeat({ least: 4, most: 5 }, async () => {
      const planned = plan([tokens(burstTokens)]);
      burst.push((tokenDelays(await client.turn(planned.prompt, session), planned).at(-1) ?? Number.NaN) / burstTokens);
      for (const { delayMs, middle, most } of paced) {
        const turn = plan([tokens(100, { delayMs })]);
        const delays = tokenDelays(await client.turn(turn.prompt, session), turn);
        middle.push(median(delays));
        most.push(quantile(delays, 0.9));
      }
    });
    return [
      row('tokens.burst', 'delay per token, all tokens written at once', 'ms', burst, { peer: 7 }),
      ...paced.flatMap(({ delayMs, middle, most }) => {
        const name = `delay of a token, one every ${delayMs} ms`;
        return [
          row(`tokens.every-${delayMs}`, name, 'ms', middle, { peer: 7, goal: 0.7 }),
          row(`tokens.every-${delayMs}.90`, `${name}: 90 %`, 'ms', most, { goal: 3 }),
        ];
      }),
    ];
  },
};
