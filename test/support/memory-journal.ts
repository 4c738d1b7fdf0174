import type Anthropic from '@anthropic-ai/sdk';
import { hasImages } from '../../src/agent/request-images.ts';
import { applyCompaction, shortenCompaction, withoutThinking } from '../../src/agent/transcript-compaction.ts';
import { type Compaction, noCompaction } from '../../src/agent/transcript-message.ts';
import type {
  NoteReason,
  PreviewCheck,
  PreviewPort,
  ToolOutcome,
  TurnJournal,
  TurnPosition,
  TurnResult,
} from '../../src/agent/turn-interfaces.ts';
import { validTranscript } from '../../src/agent/valid-transcript.ts';
import type { ModelReply, ToolCall } from '../../src/claude/model-reply.ts';
import type { Draft, RedrawEvent } from '../../src/protocol/events.ts';

/** The stored rows, which survive a crash of the loop that wrote them. */
export interface JournalRows {
  messages: Anthropic.MessageParam[];
  /** Step of the last stored reply; 0 before the first. */
  step: number;
  stopReason: string | null;
  compaction: Compaction;
  /** All tool calls of the last reply. */
  calls: ToolCall[];
  results: TurnResult[];
  events: (RedrawEvent & { seq: number })[];
  /** Whether the last reply is followed by a note or by nothing. */
  answered: boolean;
  /** First event of the current step. */
  stepFrom: number;
}

/** A turn's journal in memory, with the same rules as the one over SQLite. */
export class MemoryJournal implements TurnJournal {
  rows: JournalRows;
  readonly turn: string;
  readonly startedAt: number;
  /** Called after each write: tests copy the rows here, or simulate a crash. */
  onStored: (what: string) => void = () => {};
  settled = 0;
  #changed = 0;

  constructor(turn: string, messages: Anthropic.MessageParam[], startedAt = Date.now()) {
    this.turn = turn;
    this.startedAt = startedAt;
    this.rows = {
      messages: [...messages],
      step: 0,
      stopReason: null,
      compaction: noCompaction,
      calls: [],
      results: [],
      events: [],
      answered: true,
      stepFrom: 0,
    };
  }

  /** A journal that begins with these rows, as after a crash. */
  static from(turn: string, rows: JournalRows, startedAt: number): MemoryJournal {
    const journal = new MemoryJournal(turn, [], startedAt);
    journal.rows = structuredClone(rows);
    return journal;
  }

  get events(): readonly RedrawEvent[] {
    return this.rows.events;
  }

  position(): TurnPosition {
    const { step, calls, results, answered, stopReason } = this.rows;
    const done = results.filter((result) => result.step === step && result.name !== 'note').length;
    const pending = calls.slice(done);
    const open = pending.length > 0 || (!answered && calls.length === 0);
    const content = this.rows.messages.findLast((message) => message.role === 'assistant')?.content;
    return {
      step: open ? step : step + 1,
      pending,
      lastReply: open ? { content: (content ?? []) as ModelReply['content'], stopReason } : null,
      results: [...results],
      isRefused: stopReason === 'refusal',
      startedAt: this.startedAt,
    };
  }

  transcript(): Anthropic.MessageParam[] {
    return validTranscript(applyCompaction(this.#messages(), this.rows.compaction), () => null);
  }

  emit(draft: Draft): void {
    this.rows.events.push({ ...draft, seq: this.rows.events.length + 1 } as RedrawEvent & { seq: number });
  }

  storeReply(step: number, reply: ModelReply): void {
    if (step !== this.rows.step + 1) throw new Error(`reply ${step} after ${this.rows.step}`);
    this.rows.messages.push({ role: 'assistant', content: structuredClone(reply.content) });
    this.rows.step = step;
    this.rows.stopReason = reply.stopReason;
    this.rows.calls = reply.content.filter((block) => block.type === 'tool_use');
    this.rows.answered = false;
    this.rows.stepFrom = this.rows.events.length;
    this.onStored(`reply ${step}`);
  }

  storeToolResult(step: number, call: ToolCall, run: () => ToolOutcome): ToolOutcome {
    const { pending } = this.position();
    if (pending[0]?.id !== call.id) throw new Error(`result of ${call.id}, which is not the next one`);
    const outcome = run();
    const text = typeof outcome.content === 'string' ? outcome.content : JSON.stringify(outcome.content);
    this.rows.results.push({ step, name: call.name, input: call.input, isError: outcome.isError, text });
    const block: Anthropic.ToolResultBlockParam = { type: 'tool_result', tool_use_id: call.id, content: text };
    if (outcome.isError) block.is_error = true;
    const last = this.rows.messages.at(-1);
    if (last?.role === 'user' && Array.isArray(last.content)) last.content.push(block);
    else this.rows.messages.push({ role: 'user', content: [block] });
    for (const event of outcome.events) {
      if (event.type === 'file') this.#changed++;
      this.emit(event);
    }
    const state = outcome.isError ? 'failed' : 'done';
    const { title, verb, path, fields } = outcome;
    this.emit({
      type: 'tool',
      data: {
        turn: this.turn,
        step,
        id: call.id,
        name: call.name,
        state,
        title,
        verb,
        ...(path === undefined ? {} : { path }),
        fields,
      },
    });
    if (this.position().pending.length === 0) this.rows.answered = true;
    this.rows.stepFrom = this.rows.events.length;
    this.onStored(`result ${call.id}`);
    return outcome;
  }

  storeNote(step: number, reason: NoteReason, text: string): void {
    this.rows.messages.push({ role: 'user', content: text });
    this.rows.results.push({ step, name: 'note', input: reason, isError: false, text });
    this.rows.answered = true;
    this.rows.stepFrom = this.rows.events.length;
    this.onStored(`note ${step}`);
  }

  discardStep(step: number): void {
    const drafts = new Set(['text', 'thinking', 'file_delta', 'tool']);
    const from = this.rows.events.slice(this.rows.stepFrom).find((event) => drafts.has(event.type));
    if (!from) return;
    this.emit({ type: 'step_discarded', data: { turn: this.turn, step, fromSeq: from.seq } });
    this.rows.stepFrom = this.rows.events.length;
  }

  forgetThinking(): void {
    this.rows.compaction = withoutThinking(this.rows.compaction, this.rows.messages.length);
  }

  forgetImages(message: Anthropic.MessageParam): string[] {
    const sent = JSON.stringify(message);
    const at = this.rows.messages.findLastIndex((one) => hasImages(one) && JSON.stringify(one) === sent);
    const found = this.rows.messages[at];
    if (!found || typeof found.content === 'string') return [];
    this.rows.messages[at] = { role: 'user', content: [{ type: 'text', text: '[no image]' }] };
    return ['a picture'];
  }

  shorten(by: 'tokens' | 'bytes'): boolean {
    const shorter = shortenCompaction(this.#messages(), this.rows.compaction, by);
    if (shorter) this.rows.compaction = shorter;
    return shorter !== null;
  }

  #messages() {
    return this.rows.messages.map((message) => ({ turn: this.turn, message }));
  }

  announceFileChanges(): void {
    if (this.#changed === 0) return;
    this.#changed = 0;
    this.settled++;
  }
}

/** A preview with scripted checks, given one after the other; the last one is repeated. */
export function previewOf(...checks: PreviewCheck[]): PreviewPort & { asked: number } {
  const port = {
    asked: 0,
    check: async () => {
      const check = checks[Math.min(port.asked, checks.length - 1)] ?? { kind: 'nobody_looking' as const };
      port.asked++;
      return check;
    },
  };
  return port;
}
