import type Anthropic from '@anthropic-ai/sdk';
import type { TranscriptMessage } from '../../agent/transcript-compaction.ts';
import type { NoteReason } from '../../agent/turn-interfaces.ts';
import type { ModelReply, ToolCall } from '../../claude/model-reply.ts';
import type { MessageEntry } from '../../protocol/resources.ts';
import { type Sql, writeRow } from '../../storage/sql.ts';
import type { BlobStore } from '../../workspace/blob-store.ts';

/** Content of a transcript row, by its kind. */
interface EntryContents {
  prompt: { blocks: (Anthropic.TextBlockParam | Anthropic.ImageBlockParam)[]; text: string };
  reply: Pick<ModelReply, 'content' | 'stopReason'>;
  result: { block: Anthropic.ToolResultBlockParam };
  note: { reason: NoteReason; text: string };
}

/** One row of the transcript. */
export type TranscriptEntry = {
  [K in keyof EntryContents]: { id: number; turn: string; step: number; kind: K; content: EntryContents[K] };
}[keyof EntryContents];

/** Longer content is stored in the blob store and referenced by its hash. Characters. */
const inlineChars = 32_000;

/** Tool result for a call that a stopped or failed turn left unanswered: the Messages API demands one for each. */
const unansweredResult = 'The turn ended before this ran.';

export function toolCalls(reply: EntryContents['reply']): ToolCall[] {
  return reply.content.filter((block): block is ToolCall => block.type === 'tool_use');
}

/** The Claude transcript of a session, block for block. Read once, then cached in memory. */
export class Transcript {
  readonly #sql: Sql;
  readonly #blobs: BlobStore;
  #entries: TranscriptEntry[] | null = null;

  constructor(sql: Sql, blobs: BlobStore) {
    this.#sql = sql;
    this.#blobs = blobs;
  }

  /** All rows, oldest first. */
  entries(): readonly TranscriptEntry[] {
    this.#entries ??= this.#sql
      .exec<{
        id: number;
        turn: string;
        step: number;
        kind: string;
        content: string | null;
        content_hash: string | null;
      }>('SELECT id, turn, step, kind, content, content_hash FROM message ORDER BY id')
      .toArray()
      .map(({ id, turn, step, kind, content, content_hash }) => {
        const json = content ?? this.#blobs.getText(content_hash ?? '');
        if (json === null) throw new Error(`The content of message ${id} is missing.`);
        return { id, turn, step, kind, content: JSON.parse(json) } as TranscriptEntry;
      });
    return this.#entries;
  }

  /** The rows of one turn, oldest first. */
  ofTurn(turn: string): TranscriptEntry[] {
    return this.entries().filter((entry) => entry.turn === turn);
  }

  add<K extends keyof EntryContents>(turn: string, step: number, kind: K, content: EntryContents[K]): void {
    const entries = this.entries() as TranscriptEntry[];
    const id = (entries.at(-1)?.id ?? 0) + 1;
    const json = JSON.stringify(content);
    const inline = json.length <= inlineChars;
    writeRow(
      this.#sql,
      'INSERT INTO message (id, turn, step, kind, content, content_hash) VALUES (?, ?, ?, ?, ?, ?)',
      id,
      turn,
      step,
      kind,
      inline ? json : null,
      inline ? null : this.#blobs.putPinned(json),
    );
    entries.push({ id, turn, step, kind, content } as TranscriptEntry);
  }

  /** The transcript as Messages API messages, each with the turn that it belongs to. */
  messages(): TranscriptMessage[] {
    const messages: TranscriptMessage[] = [];
    let openCalls: ToolCall[] = [];
    let results: Anthropic.ToolResultBlockParam[] = [];
    let belonging = { turn: '' };
    const closeResults = (last: boolean): void => {
      if (last && results.length === 0) return;
      const answered = new Set(results.map((result) => result.tool_use_id));
      const unanswered = openCalls.filter((call) => !answered.has(call.id));
      for (const call of unanswered)
        results.push({ type: 'tool_result', tool_use_id: call.id, content: unansweredResult, is_error: true });
      if (results.length > 0) messages.push({ ...belonging, message: { role: 'user', content: results } });
      openCalls = [];
      results = [];
    };
    for (const entry of this.entries()) {
      const { turn } = entry;
      if (entry.kind === 'result') {
        results.push(entry.content.block);
        belonging = { turn };
        continue;
      }
      closeResults(false);
      belonging = { turn };
      if (entry.kind === 'reply') {
        if (entry.content.content.length === 0) continue;
        messages.push({ ...belonging, message: { role: 'assistant', content: entry.content.content } });
        openCalls = toolCalls(entry.content);
      } else if (entry.kind === 'prompt') {
        messages.push({ ...belonging, message: { role: 'user', content: entry.content.blocks } });
      } else {
        messages.push({
          ...belonging,
          message: { role: 'user', content: [{ type: 'text', text: entry.content.text }] },
        });
      }
    }
    closeResults(true);
    return messages;
  }

  /** The conversation as a person reads it: prompts and answers, the texts of one turn joined. */
  readable(): MessageEntry[] {
    const entries: MessageEntry[] = [];
    for (const entry of this.entries()) {
      if (entry.kind === 'prompt') entries.push({ turn: entry.turn, role: 'user', text: entry.content.text });
      if (entry.kind !== 'reply') continue;
      const text = entry.content.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n');
      const last = entries.at(-1);
      if (text === '') continue;
      if (last?.role === 'assistant' && last.turn === entry.turn) last.text += `\n\n${text}`;
      else entries.push({ turn: entry.turn, role: 'assistant', text });
    }
    return entries;
  }
}
