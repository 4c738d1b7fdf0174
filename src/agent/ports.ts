import type Anthropic from '@anthropic-ai/sdk';
import type { ModelReply, ToolCall } from '../claude/model-reply.ts';
import type { Draft } from '../protocol/events.ts';
import type { PreviewReport } from '../protocol/requests.ts';

/** Where a turn stands in its journal. */
export interface TurnPosition {
  /** The step to go on with, from 1. It is that of the last stored reply while some of its tools have no result. */
  step: number;
  /** Tool calls of the last stored reply that have no result yet, in order. */
  pending: ToolCall[];
  /** The last stored reply, when nothing comes after it but `pending`; null before the first and once all results are in. */
  lastReply: Pick<ModelReply, 'content' | 'stopReason'> | null;
  /** Tool results and notes of this turn so far, oldest first: what the guards of the loop look at. */
  results: TurnResult[];
  /** UNIX milliseconds at which the turn started. */
  startedAt: number;
}

/** A tool result as the guards see it. A note (`storeNote`) stands here too, with `name: 'note'` and its reason as `input`. */
export interface TurnResult {
  step: number;
  name: string;
  input: unknown;
  isError: boolean;
  text: string;
}

/** Why the loop speaks to Claude in the visitor's place: to show what the browser saw, or because a reply was cut at its limit. */
export type NoteReason = 'preview' | 'continue';

/**
 * The durable side of one turn. The session implements it over SQLite, tests in memory.
 *
 * Whatever a method stores is stored when it returns; events leave the object only after that. A turn that lost its object goes on
 * from `position()`, so the loop keeps no state of its own between steps.
 */
export interface TurnJournal {
  position(): TurnPosition;
  /**
   * What Claude gets: all turns as far as they are stored, oldest first, roles alternating, each `tool_use` answered except those
   * still pending. The bytes of a message never change from one call to the next, so that prompt caching hits.
   */
  transcript(): Anthropic.MessageParam[];
  /** Appends an event. Deltas are coalesced; order is kept. */
  emit(draft: Draft): void;
  /** Stores a complete reply together with its events, atomically. */
  storeReply(step: number, reply: ModelReply): void;
  /**
   * Runs one tool call and stores its result and events in one transaction, so that it never runs twice.
   * `run` must be synchronous; for a tool that waits, do the waiting first and pass a function that returns what came of it.
   */
  storeToolResult(step: number, call: ToolCall, run: () => ToolOutcome): ToolOutcome;
  /** Stores a user message after the reply of `step`, which had no tool calls: the next step answers it. Visitors do not see it. */
  storeNote(step: number, reason: NoteReason, text: string): void;
  /** Takes back what a step has streamed since its last reply was asked for; emits `step_discarded` where there was anything. */
  discardStep(step: number): void;
  /**
   * From now on the transcript leaves out all thinking blocks that stand in it. Claude accepts them only from the account, the model and
   * the very conversation they come from, and has just refused one.
   */
  forgetThinking(): void;
  /** Files changed since the last call of this: emits the `preview` reload event with the new revision where they did. */
  filesSettled(): void;
}

/** What came of one tool call. */
export interface ToolOutcome {
  /** What Claude reads: text, or content blocks. */
  content: string | Anthropic.ToolResultBlockParam['content'];
  isError: boolean;
  /** Further events to store with the result (`file`), before the `tool` event that ends the call. */
  events: Draft[];
  /** One line for the visitor, on the `tool` event. */
  title: string;
  detail?: string;
}

/** What the browser says of the newest revision. */
export type PreviewCheck =
  | { kind: 'report'; report: PreviewReport }
  /** Nobody has the preview open. */
  | { kind: 'nobody_looking' }
  /** Somebody looks, but no report on the newest revision came in time. */
  | { kind: 'no_answer' };

export interface PreviewPort {
  check(signal: AbortSignal): Promise<PreviewCheck>;
}

/** The operator's purse, asked before each model call that the operator pays; absent where the visitor's own connection pays. */
export interface SpendPort {
  /** Reserves the most that a call may cost (dollars). False: today's budget is spent. */
  reserve(callId: string, usd: number): Promise<boolean>;
  /** Settles a reservation at what was used (dollars). A reservation that is never settled stands as it was reserved. */
  settle(callId: string, usd: number): void;
}

/** What came of renewing a credential. `code` and `message` are for the visitor. */
export type Renewal = { ok: true } | { ok: false; code: string; message: string };

/** The visitor's own connection to Claude, where it pays. */
export interface ConnectionPort {
  /** Goes on with what is connected now, should another have taken the place of the credential at hand. What fails leaves it as it is. */
  follow(): Promise<void>;
  /** Tells that Claude has refused the credential, and gets another one in its place. What cannot be replaced is broken from then on. */
  renew(): Promise<Renewal>;
}

/** How a turn ended, as the loop sees it. */
export interface TurnOutcome {
  state: 'completed' | 'stopped' | 'failed' | 'exhausted';
  /** True where the turn failed through no fault of the visitor: it is not counted. */
  blameless: boolean;
}
