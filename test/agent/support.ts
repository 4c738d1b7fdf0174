import type Anthropic from '@anthropic-ai/sdk';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Clock } from '../../src/agent/clock.ts';
import { systemPrompt } from '../../src/agent/system-prompt.ts';
import type { PreviewCheck, TurnDeps } from '../../src/agent/turn-interfaces.ts';
import { turnLimits } from '../../src/agent/turn-limits.ts';
import type { TurnOutcome } from '../../src/agent/turn-outcomes.ts';
import { createClaude } from '../../src/claude/claude-client.ts';
import type { EventData, EventType } from '../../src/protocol/events.ts';
import type { PreviewReport } from '../../src/protocol/requests.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import type { Answer, Block } from '../claude-simulator/script.ts';
import type { Simulator } from '../claude-simulator/simulator.ts';
import { MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { makeWorkspace } from '../workspace/make-workspace.ts';

export const system = systemPrompt({ packages: { react: '19.3.1' }, modules: {} });

/** Real time, but waits of the retry loop end at once. */
export const instantClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    if (ms >= turnLimits.ms / 2) return () => {};
    const timer = setImmediate(fn);
    return () => clearImmediate(timer);
  },
  random: () => 0,
};

let turns = 0;

export interface TestTurn {
  outcome: TurnOutcome;
  journal: MemoryJournal;
  workspace: Workspace;
}

export interface TurnOptions extends Partial<Omit<TurnDeps, 'journal' | 'workspace'>> {
  journal?: MemoryJournal;
  workspace?: Workspace;
  prompt?: string;
  baseUrl?: string;
}

/** The deps of a turn against the simulator. */
export function turnInput(simulator: Simulator, options: TurnOptions = {}) {
  const { prompt = 'Build a timer.', baseUrl, ...rest } = options;
  const turn = options.turn ?? `turn-${++turns}`;
  return {
    turn,
    model: 'claude-haiku-5-5',
    payer: 'trial',
    system,
    claude: createClaude({ credential: { kind: 'api_key', key: 'sk-test' }, baseUrl: baseUrl ?? simulator.url }),
    retry: { maxRetries: 3, baseMs: 1 },
    journal: options.journal ?? new MemoryJournal(turn, [{ role: 'user', content: prompt }]),
    workspace: options.workspace ?? makeWorkspace().workspace,
    preview: previewOf({ kind: 'nobody_looking' }),
    signal: new AbortController().signal,
    clock: instantClock,
    ...rest,
  } satisfies TurnDeps;
}

/** Runs a turn against a script of answers. */
export async function runScriptedTurn(
  simulator: Simulator,
  answers: Answer[],
  options: TurnOptions = {},
): Promise<TestTurn> {
  simulator.script(answers);
  const input = turnInput(simulator, options);
  const outcome = await runAgentLoop(input);
  return { outcome, journal: input.journal as MemoryJournal, workspace: input.workspace as Workspace };
}

export const create = (path: string, file_text: string, id?: string): Block => ({
  type: 'tool_use',
  ...(id ? { id } : {}),
  name: 'str_replace_based_edit_tool',
  input: { command: 'create', path, file_text },
});

export const replace = (path: string, old_str: string, new_str: string): Block => ({
  type: 'tool_use',
  name: 'str_replace_based_edit_tool',
  input: { command: 'str_replace', path, old_str, new_str },
});

export const checkPreview: Block = { type: 'tool_use', name: 'check_preview', input: {} };

export function eventsOf<T extends EventType>(journal: MemoryJournal, type: T): EventData<T>[] {
  return journal.events.filter((event) => event.type === type).map((event) => event.data as EventData<T>);
}

export function report(problems: PreviewReport['problems'] = [], rest: Partial<PreviewReport> = {}): PreviewCheck {
  return {
    kind: 'report',
    report: { revision: 1, path: '/', blank: false, problems, snapshot: 'main\n  h1 Timer', ...rest },
  };
}

export const transcriptOf = (journal: MemoryJournal): Anthropic.MessageParam[] => journal.rows.messages;
