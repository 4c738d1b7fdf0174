import type Anthropic from '@anthropic-ai/sdk';
import type { NoteReason } from '../../agent/ports.ts';
import type { TranscriptMessage } from '../../agent/transcript-compaction.ts';
import type { ModelReply, ToolCall } from '../../claude/model-reply.ts';
import type { MessageEntry } from '../../protocol/resources.ts';
import { type Sql, writeRow } from '../../storage/sql.ts';
import type { BlobStore } from '../../workspace/blob-store.ts';

/** What one row of the transcript holds, by its kind. */
interface Contents {
  prompt: { blocks: (Anthropic.TextBlockParam | Anthropic.ImageBlockParam)[]; text: string };
  reply: Pick<ModelReply, 'content' | 'stopReason'>;
  result: { block: Anthropic.ToolResultBlockParam };
  note: { reason: NoteReason; text: string };
}

/** One row of the transcript. */
export type Entry = {
  [K in keyof Contents]: { id: number; turn: string; step: number; kind: K; content: Contents[K] };
}[keyof Contents];

/** Characters above which a content stands by its hash in the blob store. */
const inlineChars = 32_000;

/** What Claude is told of a tool call that a stopped or failed turn left without a result. */
const neverRan = 'The turn ended before this ran.';

export function toolCalls(reply: Contents['reply']): ToolCall[] {
  return reply.content.filter((block): block is ToolCall => block.type === 'tool_use');
}

/** The Claude transcript of a session, block for block, read once and kept in memory. */
export class Transcript {
  readonly #sql: Sql;
  readonly #blobs: BlobStore;
  #entries: Entry[] | null = null;

  constructor(sql: Sql, blobs: BlobStore) {
    this.#sql = sql;
    this.#blobs = blobs;
  }

  /** All rows, oldest first. */
  entries(): readonly Entry[] {
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
        return { id, turn, step, kind, content: JSON.parse(json) } as Entry;
      });
    return this.#entries;
  }

  /** The rows of one turn, oldest first. */
  ofTurn(turn: string): Entry[] {
    return this.entries().filter((entry) => entry.turn === turn);
  }

  add<K extends keyof Contents>(turn: string, step: number, kind: K, content: Contents[K]): void {
    const entries = this.entries() as Entry[];
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
    entries.push({ id, turn, step, kind, content } as Entry);
  }

  /** The transcript as Messages API messages, each with its turn. */
  messages(): TranscriptMessage[] {
    const messages: TranscriptMessage[] = [];
    let open: ToolCall[] = [];
    let results: Anthropic.ToolResultBlockParam[] = [];
    let at = { turn: '' };
    const closeResults = (last: boolean): void => {
      if (last && results.length === 0) return;
      const answered = new Set(results.map((result) => result.tool_use_id));
      const missing = open.filter((call) => !answered.has(call.id));
      for (const call of missing)
        results.push({ type: 'tool_result', tool_use_id: call.id, content: neverRan, is_error: true });
      if (results.length > 0) messages.push({ ...at, message: { role: 'user', content: results } });
      open = [];
      results = [];
    };
    for (const entry of this.entries()) {
      const { turn } = entry;
      if (entry.kind === 'result') {
        results.push(entry.content.block);
        at = { turn };
        continue;
      }
      closeResults(false);
      at = { turn };
      if (entry.kind === 'reply') {
        if (entry.content.content.length === 0) continue;
        messages.push({ ...at, message: { role: 'assistant', content: entry.content.content } });
        open = toolCalls(entry.content);
      } else if (entry.kind === 'prompt') {
        messages.push({ ...at, message: { role: 'user', content: entry.content.blocks } });
      } else {
        messages.push({ ...at, message: { role: 'user', content: [{ type: 'text', text: entry.content.text }] } });
      }
    }
    closeResults(true);
    return messages;
  }

  /** What a person reads of it: prompts and answers, a turn's texts joined. */
  readable(): MessageEntry[] {
    const out: MessageEntry[] = [];
    for (const entry of this.entries()) {
      if (entry.kind === 'prompt') out.push({ turn: entry.turn, role: 'user', text: entry.content.text });
      if (entry.kind !== 'reply') continue;
      const text = entry.content.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n');
      const last = out.at(-1);
      if (text === '') continue;
      if (last?.role === 'assistant' && last.turn === entry.turn) last.text += `\n\n${text}`;
      else out.push({ turn: entry.turn, role: 'assistant', text });
    }
    return out;
  }
}
