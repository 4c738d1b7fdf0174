import type Anthropic from '@anthropic-ai/sdk';
import type { ClaudeClient } from '../claude/claude-client.ts';
import type { ModelReply, ToolCall } from '../claude/model-reply.ts';
import type { RetryPolicy } from '../claude/retry-backoff.ts';
import type { Draft, EventData, FileDraft, Payer } from '../protocol/events.ts';
import type { ProblemCode } from '../protocol/problems.ts';
import type { PreviewReport } from '../protocol/requests.ts';
import type { ToolFields, ToolLine } from '../protocol/tool-line.ts';
import type { EditableFiles } from '../workspace/editable-files.ts';
import type { FileChange } from '../workspace/file-tree.ts';
import type { CostBounds } from './call-cost.ts';
import type { Clock } from './clock.ts';
import type { TurnLimits } from './turn-limits.ts';

/**
 * What the loop of a turn needs of its surroundings: `TurnDeps` and the ports in it. The session implements them over SQLite, the preview
 * and the container; tests in memory.
 */

/** Everything that a turn is given. The user message must be in the journal's transcript already. */
export interface TurnDeps {
  turn: string;
  model: string;
  payer: Payer;
  /** A scripted model answers (the demo): what it says of limits is said of no account. */
  isScripted?: boolean;
  /** The system prompt: the same bytes for all sessions of a deployment, see `systemPrompt`. */
  system: string;
  claude: ClaudeClient;
  retry: RetryPolicy;
  journal: TurnJournal;
  workspace: EditableFiles;
  preview: PreviewPort;
  shell?: ShellPort;
  /** Nothing may be changed: every call that does more than read is refused. */
  isReadOnly?: boolean;
  /** Aborts the turn; the request to Claude ends at once. */
  signal: AbortSignal;
  /** Present where the operator pays. */
  spend?: SpendPort;
  /** Present where the visitor's own connection pays. */
  connection?: ConnectionPort;
  limits?: TurnLimits;
  clock?: Clock;
  /** The last `rate_limit` state that was emitted: only a change is emitted again. */
  rateLimit?: EventData<'rate_limit'> | null;
  /** Called where Claude repeats the last `rate_limit` state: no event is emitted then. `silent`: it said nothing of limits. */
  onUnchangedLimit?: (silent: boolean) => void;
  /** Called after a `rate_limit` event of an answer that said nothing of limits. */
  onSilentLimit?: () => void;
}

/** The state of a turn, read from its journal. */
export interface TurnPosition {
  /** The step to continue with, from 1: the step of the last stored reply while some of its tools have no result. */
  step: number;
  /** Tool calls of the last stored reply that have no result yet, in order. */
  pending: ToolCall[];
  /** The last stored reply, when nothing follows it but `pending`; null before the first reply and once all results are stored. */
  lastReply: Pick<ModelReply, 'content' | 'stopReason'> | null;
  /** Tool results and notes of this turn so far, oldest first: the input of loop detection. */
  results: TurnResult[];
  /** Whether Claude has refused this turn: nothing of it goes to Claude any more. */
  isRefused: boolean;
  /** UNIX milliseconds at which the turn started. */
  startedAt: number;
}

/** A tool result as loop detection sees it. A note (`storeNote`) is listed too, with `name: 'note'` and its reason as `input`. */
export interface TurnResult {
  step: number;
  name: string;
  input: unknown;
  isError: boolean;
  text: string;
}

/** Why the loop writes to Claude in the visitor's place: to show the browser's report, or because a reply was truncated. */
export type NoteReason = 'preview' | 'continue';

/**
 * The durable side of one turn.
 *
 * Each method has stored its data when it returns; events leave the object only after that. A turn whose object was evicted resumes
 * from `position()`, so the loop keeps no state of its own between steps.
 */
export interface TurnJournal {
  position(): TurnPosition;
  /**
   * The messages for Claude: all turns as far as they are stored, oldest first, without those that Claude refused; see `validTranscript`.
   * The bytes of a message never change from one call to the next, so that prompt caching hits.
   */
  transcript(): Anthropic.MessageParam[];
  /** Emits an event, in order. Streamed text is sent at once, and stored by the block. */
  emit(draft: Draft): void;
  /** Stores a complete reply together with its events, atomically. */
  storeReply(step: number, reply: ModelReply): void;
  /**
   * Runs one tool call and stores its result and events in one transaction, so that it never runs twice.
   * `run` must be synchronous: a tool that waits does so before this call, and passes a function that returns the outcome.
   */
  storeToolResult(step: number, call: ToolCall, run: () => ToolOutcome): ToolOutcome;
  /** Stores a user message after the reply of `step`, which had no tool calls: the next step answers it. Visitors do not see it. */
  storeNote(step: number, reason: NoteReason, text: string): void;
  /** Discards what a step has streamed since its last request; emits `step_discarded` where there was anything. */
  discardStep(step: number): void;
  /**
   * Omits all thinking blocks stored so far from the transcript, from now on. Claude accepts a thinking block only from the account, the
   * model and the conversation that produced it, and has just refused one.
   */
  forgetThinking(): void;
  /**
   * Leaves the pictures of one message out of the transcript, for good: Claude has just refused one of them.
   *
   * @param message one of the last `transcript()`
   * @returns the names of their files, as far as they are known
   */
  forgetImages(message: Anthropic.MessageParam): string[];
  /**
   * Compacts the transcript further, for good: Claude has just refused it as too large.
   *
   * @param by what is too large: the transcript in tokens, or the request in bytes
   * @returns false where nothing gets smaller
   */
  shorten(by: 'tokens' | 'bytes'): boolean;
  /** Emits the `preview` reload event with the new revision where files changed since the last call. */
  announceFileChanges(): void;
}

/** The result of one tool call. */
export interface ToolOutcome extends ToolLine {
  /** What Claude reads: text, or content blocks. */
  content: string | Anthropic.ToolResultBlockParam['content'];
  isError: boolean;
  /** Changes of files to store with the result, before the `tool` event that ends the call. */
  events: FileDraft[];
  detail?: string;
}

/** The browser's view of the newest revision. */
export type PreviewCheck =
  /** `missingPage`: why the blank page is one of the preview's own, as a text for Claude. Absent where it is the app's. */
  | { kind: 'report'; report: PreviewReport; missingPage?: string }
  /** Nobody has the preview open. */
  | { kind: 'nobody_looking' }
  /** The preview is open, but no report on the newest revision arrived in time. */
  | { kind: 'no_answer' };

export interface PreviewPort {
  check(signal: AbortSignal): Promise<PreviewCheck>;
}

/** Where commands run. Absent where there is no container; Claude is not offered `bash` then. */
export interface ShellPort {
  /**
   * Runs a tool of the shell.
   *
   * @param onOutput receives the output as it arrives
   * @returns a synchronous function that imports the changed files and returns the result; called in the transaction that stores it
   */
  run(call: ToolCall, onOutput: (output: string) => void, signal: AbortSignal): Promise<() => ShellResult>;
}

export interface ShellResult {
  text: string;
  isError: boolean;
  /** What the page says of the call beside its command: how it ended, and why. */
  fields: ToolFields;
  changes: FileChange[];
}

/** What does not cover a model call: the operator's budget of the day, or the account's credits: what is left, and what the call needs at least. */
export type NotCovered = { why: 'budget' } | { why: 'credits'; balance: number; needed: number };

/** What was reserved for a model call, in dollars; or why nothing was. */
export type Reserved = { ok: true; usd: number } | ({ ok: false } & NotCovered);

/**
 * The operator's budget or the account's credits, asked before each model call that they pay for. Absent where the visitor's own
 * connection pays.
 */
export interface SpendPort {
  /** Reserves what a call may cost: no less than its lower bound. The call may cost no more than what was reserved. */
  reserve(callId: string, bounds: CostBounds): Promise<Reserved>;
  /**
   * Settles a reservation at the actual cost (dollars), once for each call that was made. A reservation that is never settled counts in
   * full.
   *
   * @param isCharged false: the call failed, and is nothing that the visitor is to pay
   */
  settle(callId: string, usd: number, isCharged: boolean): void;
  /** Called while tools run: what the next call may cost can be reserved meanwhile. */
  prepare?(bounds: CostBounds): void;
}

/** The result of renewing a credential. `code`, `message` and `fields` are for the visitor. */
export type Renewal =
  | { ok: true }
  | { ok: false; code: ProblemCode; message: string; fields: Readonly<Record<string, unknown>> };

/** The visitor's own connection to Claude, where it pays. */
export interface ConnectionPort {
  /** Switches to the credential that is connected now, where it replaced the current one. On failure the current one stays. */
  reload(): Promise<void>;
  /** Reports that Claude refused the credential, and obtains another. A connection that cannot be renewed is broken from then on. */
  renew(): Promise<Renewal>;
}
