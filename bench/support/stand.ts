import type { RecordedRequest } from '../../test/claude-simulator/recorded-request.ts';
import type { Answer } from '../../test/claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../../test/claude-simulator/simulator.ts';
import { type Redraw, startRedraw } from '../../test/support/start-redraw.ts';

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
}

const tag = /\[bench (\d+)\]/g;

/** Starts Redraw and the simulator. The trial's limits are raised; all other settings are the defaults. */
async function startStand(): Promise<Stand> {
  const planned: { turn: PlannedTurn; script: TurnScript }[] = [];
  const simulator: Simulator = await startSimulator({
    handler: (request) => {
      const number = [...request.rawBody.matchAll(tag)].at(-1)?.[1];
      const plan = planned[Number(number)];
      if (!plan) return { error: { type: 'invalid_request_error', message: 'A prompt without a plan.' } };
      plan.turn.requests.push(request);
      return plan.script[plan.turn.requests.length - 1] ?? { content: ['Done.'] };
    },
  });
  const redraw = await startRedraw({
    ANTHROPIC_API_KEY: 'sk-ant-bench',
    ANTHROPIC_BASE_URL: simulator.url,
    ANON_TURN_LIMIT: '1000000',
    HOSTED_DAILY_USD: '100000000',
  });
  return {
    redraw,
    plan(script) {
      const turn: PlannedTurn = { prompt: `Change the app. [bench ${planned.length}]`, requests: [] };
      planned.push({ turn, script });
      return turn;
    },
    close: async () => {
      await redraw.close();
      await simulator.close();
    },
  };
}

/** Runs `work` with a new Redraw and simulator, and cleans up after it, interrupts included. */
export async function withStand<T>(work: (stand: Stand) => Promise<T>): Promise<T> {
  const stand = await startStand();
  const interrupt = async (): Promise<void> => {
    await stand.close();
    process.exit(130);
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await work(stand);
  } finally {
    await stand.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
