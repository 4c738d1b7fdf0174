import type Anthropic from '@anthropic-ai/sdk';
import { imageHash } from '../../agent/request-images.ts';
import type { TranscriptMessage } from '../../agent/transcript-message.ts';
import type { ToolCall } from '../../claude/model-reply.ts';
import type { MessageEntry } from '../../protocol/resources.ts';
import { type Sql, writeRow } from '../../storage/sql.ts';
import type { BlobStore } from '../../workspace/blob-store.ts';
import { type EntryContents, readEntry, type TranscriptEntry } from './transcript-entry.ts';

/** Longer content is stored in the blob store and referenced by its hash. Characters. */
const inlineChars = 32_000;

export function toolCalls(reply: EntryContents['reply']): ToolCall[] {
  return reply.content.filter((block): block is ToolCall => block.type === 'tool_use');
}

/** The Claude transcript of a session, block for block. Read once, then cached in memory. */
export class Transcript {
  readonly #sql: Sql;
  readonly #blobs: BlobStore;
  #entries: TranscriptEntry[] | null = null;
  #messages: readonly TranscriptMessage[] | null = null;

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
      .flatMap(({ content, content_hash, ...row }) => {
        const entry = readEntry({ ...row, json: content ?? this.#blobs.getText(content_hash ?? '') });
        return entry === null ? [] : [entry];
      });
    return this.#entries;
  }

  /** The rows of one turn, oldest first. */
  ofTurn(turn: string): TranscriptEntry[] {
    return this.entries().filter((entry) => entry.turn === turn);
  }

  add<K extends keyof EntryContents>(turn: string, step: number, kind: K, content: EntryContents[K]): void {
    const entries = this.entries() as TranscriptEntry[];
    const { last } = this.#sql.exec<{ last: number | null }>('SELECT max(id) AS last FROM message').one();
    const id = (last ?? 0) + 1;
    const { json, hash } = this.#placed(content);
    writeRow(
      this.#sql,
      'INSERT INTO message (id, turn, step, kind, content, content_hash) VALUES (?, ?, ?, ?, ?, ?)',
      id,
      turn,
      step,
      kind,
      json,
      hash,
    );
    entries.push({ id, turn, step, kind, content } as TranscriptEntry);
    this.#messages = null;
  }

  /** Turns of which Claude has refused a reply. As long as one of them is in a request, Claude refuses that too. */
  refusedTurns(): Set<string> {
    return new Set(
      this.entries().flatMap(({ kind, turn, content }) =>
        kind === 'reply' && content.stopReason === 'refusal' ? [turn] : [],
      ),
    );
  }

  /** Turns that Claude does not know of once they have ended: those it has refused, and those that were to summarise. */
  unsentTurns(): Set<string> {
    const summarising = this.entries().flatMap(({ kind, turn, content }) =>
      kind === 'prompt' && content.mode === 'fresh_start' ? [turn] : [],
    );
    return new Set([...this.refusedTurns(), ...summarising]);
  }

  /** The newest summary, with the turn that wrote it; null where there is none. */
  summary(): { turn: string; text: string } | null {
    const entry = this.entries().findLast(({ kind }) => kind === 'summary');
    return entry?.kind === 'summary' ? { turn: entry.turn, text: entry.content.text } : null;
  }

  hasSummary(turn: string): boolean {
    return this.ofTurn(turn).some(({ kind }) => kind === 'summary');
  }

  /** What the summary stood for is sent again. */
  removeSummary(turn: string): void {
    this.#sql.exec(`DELETE FROM message WHERE turn = ? AND kind = 'summary'`, turn);
    this.#entries = null;
    this.#messages = null;
  }

  /** Whether there is anything to send beside the summary. */
  hasMore(): boolean {
    const unsent = new Set([...this.#leftOutTurns(), ...this.unsentTurns()]);
    return this.entries().some(({ turn }) => !unsent.has(turn));
  }

  /** Turns that are in no request now. The newest turn may be the one that is to summarise, and runs. */
  #leftOutTurns(): Set<string> {
    const entries = this.entries();
    const unsent = this.unsentTurns();
    const newest = entries.at(-1)?.turn ?? '';
    if (!this.refusedTurns().has(newest)) unsent.delete(newest);
    const summary = entries.findLastIndex(({ kind }) => kind === 'summary');
    for (const { turn } of entries.slice(0, summary + 1)) unsent.add(turn);
    return unsent;
  }

  /**
   * The transcript as messages, each with the turn that it belongs to. The index of a message never changes: compactions are stored as
   * indexes. What the Messages API demands beyond that is in `validTranscript`.
   */
  messages(): readonly TranscriptMessage[] {
    this.#messages ??= this.#compose();
    return this.#messages;
  }

  /**
   * Replaces the images of the newest prompt that has one of these by a text, for good.
   *
   * @param hashes of the images' contents
   * @returns the turn of the prompt and the hashes of all its images; null where no prompt has such an image
   */
  forgetImages(hashes: ReadonlySet<string>): { turn: string; hashes: string[] } | null {
    const entries = this.entries() as TranscriptEntry[];
    const unsent = this.#leftOutTurns();
    for (const [at, entry] of [...entries.entries()].reverse()) {
      if (entry.kind !== 'prompt' || unsent.has(entry.turn)) continue;
      const own = entry.content.blocks.flatMap((block) => imageHash(block) ?? []);
      if (!own.some((hash) => hashes.has(hash))) continue;
      const blocks = entry.content.blocks.map((block) =>
        imageHash(block) === null ? block : { type: 'text' as const, text: '[image that Claude could not be shown]' },
      );
      const content = { ...entry.content, blocks };
      const { json, hash } = this.#placed(content);
      writeRow(this.#sql, 'UPDATE message SET content = ?, content_hash = ? WHERE id = ?', json, hash, entry.id);
      entries[at] = { ...entry, content };
      this.#messages = null;
      return { turn: entry.turn, hashes: own };
    }
    return null;
  }

  /** Hashes of the blobs that the transcript needs: long contents, and images. */
  blobHashes(): string[] {
    const rows = this.#sql.exec<{ hash: string }>(
      'SELECT content_hash AS hash FROM message WHERE content_hash IS NOT NULL',
    );
    const blocks = this.entries().flatMap(({ kind, content }): object[] => {
      if (kind === 'prompt') return content.blocks;
      return kind === 'result' && Array.isArray(content.block.content) ? content.block.content : [];
    });
    return [...Array.from(rows, ({ hash }) => hash), ...blocks.flatMap((block) => imageHash(block) ?? [])];
  }

  /** Where a content is stored: in its row, or in the blob store. */
  #placed(content: object): { json: string | null; hash: string | null } {
    const json = JSON.stringify(content);
    return json.length <= inlineChars ? { json, hash: null } : { json: null, hash: this.#blobs.putPinned(json) };
  }

  #compose(): TranscriptMessage[] {
    const messages: TranscriptMessage[] = [];
    const unsent = this.#leftOutTurns();
    let hasOpenCalls = false;
    let results: Anthropic.ToolResultBlockParam[] = [];
    let turn = '';
    const push = (message: Anthropic.MessageParam, step?: number): void => {
      messages.push({
        turn,
        message,
        ...(step === undefined ? {} : { step }),
        ...(unsent.has(turn) ? { isLeftOut: true } : {}),
      });
    };
    const closeResults = (): void => {
      // Calls without a result have a message too, which `validTranscript` fills.
      if (results.length > 0 || hasOpenCalls) push({ role: 'user', content: results });
      hasOpenCalls = false;
      results = [];
    };
    for (const entry of this.entries()) {
      if (entry.kind !== 'result') closeResults();
      turn = entry.turn;
      if (entry.kind === 'result') results.push(entry.content.block);
      else if (entry.kind === 'prompt') push({ role: 'user', content: entry.content.blocks });
      else if (entry.kind === 'note') push({ role: 'user', content: [{ type: 'text', text: entry.content.text }] });
      else if (entry.kind === 'reply' && entry.content.content.length > 0) {
        push({ role: 'assistant', content: entry.content.content }, entry.step);
        hasOpenCalls = toolCalls(entry.content).length > 0;
      }
    }
    if (results.length > 0) closeResults();
    return messages;
  }

  /** The conversation as a person reads it: prompts and answers, the texts of one turn joined. */
  readable(): MessageEntry[] {
    const entries: MessageEntry[] = [];
    for (const entry of this.entries()) {
      if (entry.kind === 'prompt') {
        const { text, mode } = entry.content;
        entries.push({ turn: entry.turn, role: 'user', text, ...(mode === undefined ? {} : { mode }) });
      }
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
