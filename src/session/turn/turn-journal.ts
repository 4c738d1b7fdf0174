import type Anthropic from '@anthropic-ai/sdk';
import type { NoteReason, ToolOutcome, TurnJournal, TurnPosition, TurnResult } from '../../agent/ports.ts';
import type { ModelReply, ToolCall } from '../../claude/model-reply.ts';
import type { Draft } from '../../protocol/events.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Transcript } from './transcript.ts';
import { toolCalls } from './transcript.ts';
import type { TurnClock } from './turn-clock.ts';

/** Events that a discarded step takes back. */
const drafts = `('text', 'thinking', 'file_delta', 'tool')`;

/** What the journal of a turn stands on. */
export interface TurnJournalDeps {
  storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;
  log: EventLog;
  transcript: Transcript;
  clock: TurnClock;
  /** The transcript as Claude gets it: cut to the model's window. */
  messages(): Anthropic.MessageParam[];
  /** Leaves thinking out of what stands in the transcript now. */
  forgetThinking(): void;
  /** Hears an event of the turn as it is stored. */
  hear(draft: Draft): void;
  /** Raises the preview's revision and tells it. */
  reloadPreview(turn: string): void;
}

/** Characters of a tool's result that a visitor gets to see. */
const maxDetail = 1_500;

const excerpt = (text: string): string => (text.length <= maxDetail ? text : `${text.slice(0, maxDetail)}…`);

function resultText(content: ToolOutcome['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
}

/** The durable side of one turn, over the session's SQLite. */
export class SessionJournal implements TurnJournal {
  readonly #base: TurnJournalDeps;
  readonly #turn: string;
  readonly #firstSeq: number;
  readonly #startedAt: number;

  /**
   * @param firstSeq sequence number of the turn's first event
   * @param startedAt UNIX milliseconds
   */
  constructor(base: TurnJournalDeps, turn: string, firstSeq: number, startedAt: number) {
    this.#base = base;
    this.#turn = turn;
    this.#firstSeq = firstSeq;
    this.#startedAt = startedAt;
  }

  position(): TurnPosition {
    const results: TurnResult[] = [];
    let last: {
      step: number;
      reply: Pick<ModelReply, 'content' | 'stopReason'>;
      pending: ToolCall[];
      noted: boolean;
    } | null = null;
    for (const entry of this.#base.transcript.ofTurn(this.#turn)) {
      if (entry.kind === 'reply') {
        last = { step: entry.step, reply: entry.content, pending: toolCalls(entry.content), noted: false };
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
    const startedAt = this.#startedAt;
    if (!last) return { step: 1, pending: [], lastReply: null, results, startedAt };
    const answered = last.noted || (toolCalls(last.reply).length > 0 && last.pending.length === 0);
    if (answered) return { step: last.step + 1, pending: [], lastReply: null, results, startedAt };
    return { step: last.step, pending: last.pending, lastReply: last.reply, results, startedAt };
  }

  transcript(): Anthropic.MessageParam[] {
    return this.#base.messages();
  }

  emit(draft: Draft): void {
    this.#base.clock.hear(draft);
    this.#base.hear(draft);
    this.#base.log.emit(draft, this.#turn);
  }

  storeReply(step: number, reply: ModelReply): void {
    const { storage, log, transcript } = this.#base;
    log.release();
    this.#base.clock.endThought();
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
    const { storage, log, transcript } = this.#base;
    const outcome = storage.transactionSync(() => {
      const done = run();
      const block: Anthropic.ToolResultBlockParam = {
        type: 'tool_result',
        tool_use_id: call.id,
        ...(done.content === undefined ? {} : { content: done.content }),
        ...(done.isError ? { is_error: true } : {}),
      };
      transcript.add(this.#turn, step, 'result', { block });
      return done;
    });
    // Same implicit transaction as above: nothing is awaited in between.
    for (const draft of outcome.events) log.emit(draft, this.#turn);
    const { title, detail = excerpt(resultText(outcome.content)) } = outcome;
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
        },
      },
      this.#turn,
    );
    return outcome;
  }

  storeNote(step: number, reason: NoteReason, text: string): void {
    this.#base.transcript.add(this.#turn, step, 'note', { reason, text });
  }

  discardStep(step: number): void {
    const { log, storage } = this.#base;
    log.release();
    const { seq } = storage.sql
      .exec<{ seq: number | null }>(
        `SELECT min(seq) AS seq FROM event WHERE seq > (
           SELECT coalesce(max(seq), ?1 - 1) FROM event WHERE seq >= ?1 AND step = ?2 AND type = 'step_discarded'
         ) AND step = ?2 AND type IN ${drafts}`,
        this.#firstSeq,
        step,
      )
      .one();
    if (seq !== null) this.emit({ type: 'step_discarded', data: { turn: this.#turn, step, fromSeq: seq } });
  }

  forgetThinking(): void {
    this.#base.forgetThinking();
  }

  filesSettled(): void {
    const { sql } = this.#base.storage;
    const { file, preview } = sql
      .exec<{ file: number | null; preview: number | null }>(
        `SELECT max(seq) FILTER (WHERE type = 'file') AS file, max(seq) FILTER (WHERE type = 'preview' AND data LIKE '%"reload"%') AS preview
         FROM event WHERE seq >= ?`,
        this.#firstSeq,
      )
      .one();
    if (file !== null && file > (preview ?? 0)) this.#base.reloadPreview(this.#turn);
  }
}
