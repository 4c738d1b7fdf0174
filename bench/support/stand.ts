import type { RecordedRequest } from '../../test/claude-simulator/recorded-request.ts';
import type { Answer } from '../../test/claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../../test/claude-simulator/simulator.ts';
import { spawnRedraw } from '../../test/support/spawn-redraw.ts';
import type { Redraw } from '../../test/support/start-redraw.ts';

/** Claude's answers in one turn, one for each request. */
export type TurnScript = readonly Answer[];

/** A running Redraw whose Claude is a simulator in this process: one clock times both sides of a turn. */
export interface Stand {
  redraw: Redraw;
  /** Registers a turn. @returns the prompt that starts it, and its requests */
  plan(script: TurnScript): PlannedTurn;
  close(): Promise<void>;
}

export interface PlannedTurn {
  prompt: string;
  /** The requests of this turn, oldest first. */
  requests: RecordedRequest[];
  /** Settles with the first request. */
  begun: Promise<void>;
}

/** Milliseconds for Redraw to stop by itself. */
const patienceMs = 5_000;

const tag = /\[bench (\d+)\]/g;

/** Starts Redraw and the simulator. The trial's limits are raised; all other settings are the defaults. */
export async function startStand(): Promise<Stand> {
  const planned: { turn: PlannedTurn; script: TurnScript; begin: () => void }[] = [];
  const simulator: Simulator = await startSimulator({
    handler: (request) => {
      const number = [...request.rawBody.matchAll(tag)].at(-1)?.[1];
      const plan = planned[Number(number)];
      if (!plan) return { error: { type: 'invalid_request_error', message: 'A prompt without a plan.' } };
      plan.turn.requests.push(request);
      plan.begin();
      return plan.script[plan.turn.requests.length - 1] ?? { content: ['Done.'] };
    },
  });
  const redraw = await spawnRedraw({
    ANTHROPIC_API_KEY: 'sk-ant-bench',
    ANTHROPIC_BASE_URL: simulator.url,
    ANON_TURN_LIMIT: '1000000',
    HOSTED_DAILY_USD: '100000000',
  });
  return {
    redraw,
    plan(script) {
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const turn: PlannedTurn = { prompt: `Change the app. [bench ${planned.length}]`, requests: [], begun };
      planned.push({ turn, script, begin });
      return turn;
    },
    close: async () => {
      const timer = setTimeout(() => redraw.kill(), patienceMs);
      await Promise.all([redraw.close(), simulator.close()]);
      clearTimeout(timer);
    },
  };
}
