import type { ClaudeClient } from '../claude/claude-client.ts';
import type { ToolCall } from '../claude/model-reply.ts';
import type { RetryPolicy } from '../claude/retry-backoff.ts';
import type { EventData, Payer } from '../protocol/events.ts';
import { limits } from '../protocol/limits.ts';
import type { EditableFiles } from '../workspace/editable-files.ts';
import type { FileChange } from '../workspace/file-tree.ts';
import type { ConnectionPort, PreviewPort, SpendPort, TurnJournal } from './ports.ts';

/** Time and chance, passed in so that a test can hold them. */
export interface Clock {
  /** UNIX milliseconds. */
  now(): number;
  /** Calls `fn` once after `ms` milliseconds; the answer takes it back. */
  after(ms: number, fn: () => void): () => void;
  /** From 0 up to, but not including, 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

export interface TurnLimits {
  /** Model replies in one turn. */
  steps: number;
  /** Milliseconds of one turn. */
  ms: number;
  /** Tokens of one reply, thinking included. */
  outputTokens: number;
  /** How often a reply that was cut at its limit may be asked to go on. */
  continues: number;
  /** How often Claude is shown what the browser saw after it had said that it is done. */
  previewNotes: number;
}

export const turnLimits: TurnLimits = {
  steps: limits.stepsPerTurn,
  ms: limits.turnMs,
  outputTokens: 32_000,
  continues: 2,
  previewNotes: 2,
};

/** Where commands run; absent where there is no container, and then Claude is not offered `bash`. */
export interface ShellPort {
  /**
   * Runs a tool of the shell.
   *
   * @param tell what it prints, as it comes
   * @returns what takes over the files that it changed and answers, at once: it is called in the transaction that stores the result
   */
  run(call: ToolCall, tell: (output: string) => void, signal: AbortSignal): Promise<() => ShellAnswer>;
}

export interface ShellAnswer {
  text: string;
  isError: boolean;
  changes: FileChange[];
}

/** All that a turn needs. The user message must be in the journal's transcript already. */
export interface TurnDeps {
  turn: string;
  model: string;
  payer: Payer;
  /** The system prompt: the same bytes for all sessions of a deployment, see `systemPrompt`. */
  system: string;
  claude: ClaudeClient;
  retry: RetryPolicy;
  journal: TurnJournal;
  workspace: EditableFiles;
  preview: PreviewPort;
  shell?: ShellPort;
  /** Aborts the turn: the request to Claude ends at once. */
  signal: AbortSignal;
  /** Given where the operator pays. */
  spend?: SpendPort;
  /** Given where the visitor's own connection pays. */
  connection?: ConnectionPort;
  limits?: TurnLimits;
  clock?: Clock;
  /** The state of the account as it was last told, so that `rate_limit` is sent on a change only. */
  rateLimit?: EventData<'rate_limit'> | null;
  /** Hears that Claude has said again what was told last: no event tells it. */
  onSameLimit?: () => void;
}
