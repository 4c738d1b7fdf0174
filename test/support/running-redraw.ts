import { afterAll, beforeAll, expect } from 'vitest';
import type { EventData, RedrawEvent } from '../../src/protocol/events.ts';
import type { Problem } from '../../src/protocol/problems.ts';
import type { Answer, Block } from '../claude-simulator/script.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../claude-simulator/simulator.ts';
import { spawnRedraw } from './spawn-redraw.ts';
import { leaseSharedRedraw, type Redraw, startRedraw } from './start-redraw.ts';
import { eventsOf, Visitor } from './visitor.ts';

/** A running Redraw whose Claude is a simulator. */
export interface Running {
  readonly simulator: Simulator;
  readonly redraw: Redraw;
  /** A new visitor. */
  visitor(): Visitor;
}

/** Settings, or a function that returns them once other servers have started. */
export type Settings = Record<string, string> | (() => Promise<Record<string, string>>);

/** Requests without a script get a short answer. */
const shortAnswers = { script: [{}], repeatLast: true };

/**
 * Has a Redraw and a simulator for the tests of a file.
 *
 * @param settings without any, the Redraw is one that files share, one after the other
 * @param claude what the simulator answers where no script is bound; short answers by default
 */
export function useRunning(settings?: Settings, claude: SimulatorOptions = shortAnswers): Running {
  return useStarted(async () => {
    const own = typeof settings === 'function' ? await settings() : settings;
    const redraw = own === undefined ? await leaseSharedRedraw() : await startRedraw(own);
    return { redraw, simulator: await startSimulator({ ...claude, port: redraw.claudePort }) };
  });
}

/** The same with a Redraw as `npm start` starts it: for containers, and for what it prints. */
export function useSpawned(settings: Record<string, string>): Running {
  return useStarted(async () => {
    const simulator = await startSimulator(shortAnswers);
    const env = { ANTHROPIC_BASE_URL: simulator.url, ANTHROPIC_API_KEY: 'sk-test', ...settings };
    return { simulator, redraw: await spawnRedraw(env) };
  });
}

function useStarted(start: () => Promise<Pick<Running, 'simulator' | 'redraw'>>): Running {
  let running: Pick<Running, 'simulator' | 'redraw'> | undefined;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(async () => {
    // The next file may get this Redraw at once, and put its own simulator in the same place.
    await running?.simulator.close();
    await running?.redraw.close();
  });
  const started = () => {
    if (running === undefined) throw new Error('Redraw is not started yet.');
    return running;
  };
  return {
    get simulator() {
      return started().simulator;
    },
    get redraw() {
      return started().redraw;
    },
    visitor: () => new Visitor(started().redraw.url),
  };
}

let prompts = 0;

/** A unique prompt, so that a script can be bound to it. */
export function uniquePrompt(text = 'Build something'): string {
  prompts += 1;
  return `${text} (no. ${process.pid}-${prompts})`;
}

/** A reply that creates a file. */
export function createFile(path: string, file_text: string): Block {
  return { type: 'tool_use', name: 'str_replace_based_edit_tool', input: { command: 'create', path, file_text } };
}

/** A reply that replaces text in a file. */
export function replaceText(path: string, old_str: string, new_str: string): Block {
  return {
    type: 'tool_use',
    name: 'str_replace_based_edit_tool',
    input: { command: 'str_replace', path, old_str, new_str },
  };
}

/** Claude's answers in a turn that uses tools and then says that it is done. */
export function toolTurn(...content: Block[]): Answer[] {
  return [{ content }, { content: ['Done.'] }];
}

/** Reads the events of an SSE answer one by one. */
export class EventReader {
  readonly seen: RedrawEvent[] = [];
  readonly #events: AsyncGenerator<RedrawEvent>;

  constructor(response: Response) {
    expect(response.status).toBe(200);
    this.#events = eventsOf(response);
  }

  /** Reads up to an event and returns it. Throws where the stream ends before. */
  async until(wanted: RedrawEvent['type'] | ((event: RedrawEvent) => boolean)): Promise<RedrawEvent> {
    const fits = typeof wanted === 'string' ? (event: RedrawEvent) => event.type === wanted : wanted;
    for (;;) {
      const { done, value } = await this.#events.next();
      if (done) throw new Error(`The stream ended before ${wanted}: ${this.seen.map(({ type }) => type).join(' ')}`);
      this.seen.push(value);
      if (fits(value)) return value;
    }
  }

  /** Reads to the end. @returns all events that were read */
  async rest(): Promise<RedrawEvent[]> {
    for await (const event of this.#events) this.seen.push(event);
    return this.seen;
  }
}

/** What the log has of the events: all but the text in flight. */
export const stored = (events: readonly RedrawEvent[]): RedrawEvent[] => events.filter(({ seq }) => seq !== null);

/** Asserts that the log has every number from 1 on. */
export function expectGapless(events: readonly RedrawEvent[]): void {
  expect(stored(events).map(({ seq }) => seq)).toEqual(stored(events).map((_, n) => n + 1));
}

/** The data of the only event of a type. */
export function only<T extends RedrawEvent['type']>(events: readonly RedrawEvent[], type: T): EventData<T> {
  const found = events.filter((event) => event.type === type);
  expect(found, `events of type ${type}`).toHaveLength(1);
  return found[0]?.data as EventData<T>;
}

/** Asserts that an answer is the problem document of a code, and returns it. */
export async function problemOf(response: Response, status: number, code: string): Promise<Problem> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text: expect.stringContaining(`"${code}"`) });
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  const problem = JSON.parse(text) as Problem;
  expect(problem).toMatchObject({ type: `about:blank#${code}`, status, code });
  expect(problem.title).toMatch(/^\S.*$/);
  expect(problem.detail).toMatch(/^\S.*\.$/);
  return problem;
}

/** Waits until a visitor has used this many trial turns: an ended turn is settled a moment after its last event. */
export async function expectTrialUsed(visitor: Visitor, used: number): Promise<void> {
  const count = async () => (await visitor.json<{ trial: { used: number } }>('GET', '/api/account')).trial.used;
  await expect.poll(count, { interval: 20 }).toBe(used);
}
