import type Anthropic from '@anthropic-ai/sdk';
import type { NoteReason, ToolOutcome, TurnJournal, TurnPosition, TurnResult } from '../../agent/turn-interfaces.ts';
import type { ModelReply, ToolCall } from '../../claude/model-reply.ts';
import type { Draft } from '../../protocol/events.ts';
import { truncateText } from '../../protocol/truncate-text.ts';
import type { ClaudeSignalLog } from './claude-signal-log.ts';
import { forgetImages, forgetThinking, messagesWithinWindow, shortenTranscript } from './context-window.ts';
import { toolCalls } from './transcript.ts';
import type { TurnContext } from './turn-context.ts';
import type { TurnRow } from './turn-store.ts';
import type { TurnTimer } from './turn-times.ts';

/** Types of the events that a `step_discarded` makes void, as a SQL list. */
const draftTypes = `('text', 'thinking', 'file_delta', 'tool')`;

/** The drafts of a step that no `step_discarded` has made void: `?1` is the turn's first event, `?2` the step. */
const sinceDiscard = `seq > (
    SELECT coalesce(max(seq), ?1 - 1) FROM event WHERE seq >= ?1 AND step = ?2 AND type = 'step_discarded'
  ) AND step = ?2 AND type IN ${draftTypes}`;

type JournalContext = Pick<
  TurnContext,
  'limits' | 'log' | 'meta' | 'preview' | 'sandbox' | 'storage' | 'transcript' | 'turns' | 'workspace'
>;

export interface SqlTurnJournalDeps {
  turn: Pick<TurnRow, 'id' | 'model' | 'payer' | 'firstSeq'>;
  clock: TurnTimer;
  signals: ClaudeSignalLog;
  /** UNIX milliseconds. */
  startedAt: number;
  /** Whether the turn's object was lost: what it had in flight is unknown. */
  isResumed: boolean;
}

/** Characters of a tool's result that the visitor sees. */
const maxDetailChars = 1_500;

function resultText(content: ToolOutcome['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
}

/** The journal of one turn, in the session's SQLite. */
export class SqlTurnJournal implements TurnJournal {
  readonly #session: JournalContext;
  readonly #deps: SqlTurnJournalDeps;
  readonly #turn: string;
  /** Sequence number of the turn's first event. */
  readonly #firstSeq: number;
  /** The step that was being asked when the object was lost: readers may have seen text of it that was never stored. */
  #lostStep: number | null = null;

  constructor(session: JournalContext, deps: SqlTurnJournalDeps) {
    this.#session = session;
    this.#deps = deps;
    this.#turn = deps.turn.id;
    this.#firstSeq = deps.turn.firstSeq ?? 0;
    if (!deps.isResumed) return;
    const { step, pending, lastReply } = this.position();
    if (pending.length === 0 && lastReply === null) this.#lostStep = step;
  }

  position(): TurnPosition {
    const results: TurnResult[] = [];
    let isRefused = false;
    let last: {
      step: number;
      reply: Pick<ModelReply, 'content' | 'stopReason'>;
      pending: ToolCall[];
      noted: boolean;
    } | null = null;
    for (const entry of this.#session.transcript.ofTurn(this.#turn)) {
      if (entry.kind === 'reply') {
        last = { step: entry.step, reply: entry.content, pending: toolCalls(entry.content), noted: false };
        isRefused ||= entry.content.stopReason === 'refusal';
      } else if (entry.kind === 'result') {
        const { tool_use_id, content, is_error } = entry.content.block;
        const call = last?.pending.find((pending) => pending.id === tool_use_id);
        if (!last || !call) continue;
        const text = resultText(content);
        results.push({ step: entry.step, name: call.name, input: call.input, isError: is_error === true, text });
        last.pending = last.pending.filter((pending) => pending !== call);
      } else if (entry.kind === 'note') {
        const { reason, text } = entry.content;
        results.push({ step: entry.step, name: 'note', input: reason, isError: false, text });
        if (last) last.noted = true;
      }
    }
    const known = { results, isRefused, startedAt: this.#deps.startedAt };
    if (!last) return { step: 1, pending: [], lastReply: null, ...known };
    const answered = last.noted || (toolCalls(last.reply).length > 0 && last.pending.length === 0);
    if (answered) return { step: last.step + 1, pending: [], lastReply: null, ...known };
    return { step: last.step, pending: last.pending, lastReply: last.reply, ...known };
  }

  /** Bytes that are stored of the output of the call that was lost with the object; null where none was lost. */
  lostBytes(): number | null {
    if (this.#lostStep === null) return null;
    const { bytes } = this.#session.storage.sql
      .exec<{ bytes: number }>(
        `SELECT coalesce(sum(length(CAST(data AS BLOB))), 0) AS bytes FROM event WHERE ${sinceDiscard}`,
        this.#firstSeq,
        this.#lostStep,
      )
      .one();
    return bytes;
  }

  transcript(): Anthropic.MessageParam[] {
    return messagesWithinWindow(this.#session, this.#deps.turn.model);
  }

  emit(draft: Draft): void {
    const { clock, signals, turn } = this.#deps;
    clock.observe(draft);
    this.#session.limits.observe(draft, Date.now());
    signals.record(draft, turn);
    this.#session.log.emit(draft, this.#turn);
  }

  storeReply(step: number, reply: ModelReply): void {
    const { storage, log, transcript } = this.#session;
    log.closeBlock();
    this.#deps.clock.endThinking();
    storage.transactionSync(() => {
      transcript.add(this.#turn, step, 'reply', { content: reply.content, stopReason: reply.stopReason });
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = reply.usage;
      storage.sql.exec(
        `INSERT OR REPLACE INTO model_usage (turn, step, input, output, cache_read, cache_write) VALUES (?, ?, ?, ?, ?, ?)`,
        this.#turn,
        step,
        inputTokens,
        outputTokens,
        cacheReadTokens,
        cacheWriteTokens,
      );
    });
  }

  storeToolResult(step: number, call: ToolCall, run: () => ToolOutcome): ToolOutcome {
    const { storage, log, transcript } = this.#session;
    const outcome = storage.transactionSync(() => {
      const result = run();
      const block: Anthropic.ToolResultBlockParam = {
        type: 'tool_result',
        tool_use_id: call.id,
        ...(result.content === undefined ? {} : { content: result.content }),
        ...(result.isError ? { is_error: true } : {}),
      };
      transcript.add(this.#turn, step, 'result', { block });
      return result;
    });
    // In the same implicit transaction as the result: nothing is awaited in between.
    log.emitFiles(outcome.events, this.#turn);
    const { title, verb, path, fields, detail = truncateText(resultText(outcome.content), maxDetailChars) } = outcome;
    log.emit(
      {
        type: 'tool',
        data: {
          turn: this.#turn,
          step,
          id: call.id,
          name: call.name,
          state: outcome.isError ? 'failed' : 'done',
          title,
          detail,
          verb,
          ...(path === undefined ? {} : { path }),
          fields,
        },
      },
      this.#turn,
    );
    return outcome;
  }

  storeNote(step: number, reason: NoteReason, text: string): void {
    this.#session.transcript.add(this.#turn, step, 'note', { reason, text });
  }

  discardStep(step: number): void {
    const { log, storage } = this.#session;
    const hadText = log.dropBlock();
    const { seq } = storage.sql
      .exec<{ seq: number | null }>(`SELECT min(seq) AS seq FROM event WHERE ${sinceDiscard}`, this.#firstSeq, step)
      .one();
    const isLost = this.#lostStep === step;
    if (seq === null && !hadText && !isLost) return;
    this.#lostStep = null;
    // Where nothing of the step is stored, its text in flight is void all the same.
    const fromSeq = seq ?? log.seq + 1;
    this.emit({ type: 'step_discarded', data: { turn: this.#turn, step, fromSeq, ...(isLost && { lost: true }) } });
  }

  forgetThinking(): void {
    forgetThinking(this.#session.meta, this.#session.transcript);
  }

  forgetImages(message: Anthropic.MessageParam): string[] {
    return forgetImages(this.#session, message);
  }

  shorten(by: 'tokens' | 'bytes'): boolean {
    return shortenTranscript(this.#session, by);
  }

  announceFileChanges(): void {
    this.#session.preview.announceChanges();
  }
}
