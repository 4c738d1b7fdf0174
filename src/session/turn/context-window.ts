import { Buffer } from 'node:buffer';
import type Anthropic from '@anthropic-ai/sdk';
import * as v from 'valibot';
import { prefixTokens } from '../../agent/build-request.ts';
import { imageTokens, tokensOfJson } from '../../agent/token-estimate.ts';
import {
  applyCompaction,
  type Measured,
  planCompaction,
  shortenCompaction,
  withoutThinking,
} from '../../agent/transcript-compaction.ts';
import { type Compaction, noCompaction } from '../../agent/transcript-message.ts';
import { validTranscript } from '../../agent/valid-transcript.ts';
import { modelOf } from '../../claude/model-catalogue.ts';
import { firstRow } from '../../storage/sql.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import { sha256Hex } from '../../workspace/blob-store.ts';
import type { MetaStore } from '../storage/session-meta.ts';
import { cachedRequestPrefix } from './cached-request-prefix.ts';
import { summaryMessage } from './conversation-summary.ts';
import type { Transcript } from './transcript.ts';
import type { TurnContext } from './turn-context.ts';
import type { TurnRow } from './turn-store.ts';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const StoredCompaction = v.object({ fold: index, elide: index, unthink: index });

function storedCompaction(meta: MetaStore, messages: number): Compaction {
  const { fold, elide, unthink } = parseStoredOr(StoredCompaction, meta.get('cut'), noCompaction);
  // A row that can no longer be read is no message, so a stored index may lie behind the end.
  return { fold: Math.min(fold, messages), elide: Math.min(elide, messages), unthink: Math.min(unthink, messages) };
}

/** What Claude has counted for the last reply: its request without what stands before the messages, and the reply. */
function lastMeasured({
  sandbox,
  storage,
  transcript,
}: Pick<TurnContext, 'sandbox' | 'storage' | 'transcript'>): Measured | null {
  const messages = transcript.messages();
  const through = messages.findLastIndex(({ step, isLeftOut }) => step !== undefined && !isLeftOut);
  const reply = messages[through];
  if (!reply) return null;
  const used = firstRow<{ tokens: number }>(
    storage.sql,
    'SELECT input + output + cache_read + cache_write AS tokens FROM model_usage WHERE turn = ? AND step = ?',
    reply.turn,
    reply.step,
  );
  const tokens = (used?.tokens ?? 0) - prefixTokens(cachedRequestPrefix({ sandbox }));
  return tokens > 0 ? { tokens, through } : null;
}

/** What Claude is told beside the prompt: notes on files that have changed. Tokens. */
const noteTokens = 500;

/** Tokens that the first request of a turn may have, from what Claude has counted of the one before it. */
export function firstRequestTokens(
  session: Pick<TurnContext, 'sandbox' | 'storage' | 'transcript'>,
  { attachments, model, prompt }: Pick<TurnRow, 'attachments' | 'model' | 'prompt'>,
): number {
  const summary = tokensOfJson(session.transcript.summary()?.text ?? '');
  const before = Math.min(lastMeasured(session)?.tokens ?? summary, modelOf(model).workingWindow);
  const added = tokensOfJson(prompt) + attachments.length * imageTokens + noteTokens;
  return prefixTokens(cachedRequestPrefix(session)) + before + added;
}

type WindowContext = Pick<TurnContext, 'meta' | 'sandbox' | 'storage' | 'transcript' | 'workspace'>;

/**
 * The transcript as a model gets it, compacted before it outgrows the model's window. The compaction is stored, so that the next request
 * sends the same bytes and hits the prompt cache. After a fresh start it begins with the summary, which is never shortened.
 */
export function messagesWithinWindow(session: WindowContext, model: string): Anthropic.MessageParam[] {
  const { meta, transcript, workspace } = session;
  const messages = transcript.messages();
  const stored = storedCompaction(meta, messages.length);
  const compaction = planCompaction(messages, modelOf(model).workingWindow, stored, lastMeasured(session));
  if (compaction !== stored) meta.set({ cut: JSON.stringify(compaction) });
  const summary = transcript.summary();
  const sent = [...(summary ? [summaryMessage(summary.text)] : []), ...applyCompaction(messages, compaction)];
  return validTranscript(sent, (hash) => workspace.blobs.get(hash));
}

/** Compacts the transcript further, from now on. @returns false where nothing gets smaller */
export function shortenTranscript(
  { meta, transcript }: Pick<TurnContext, 'meta' | 'transcript'>,
  by: 'tokens' | 'bytes',
): boolean {
  const messages = transcript.messages();
  const shorter = shortenCompaction(messages, storedCompaction(meta, messages.length), by);
  if (shorter) meta.set({ cut: JSON.stringify(shorter) });
  return shorter !== null;
}

/**
 * Leaves the images of one message out of the transcript, from now on.
 *
 * @param message as it was sent
 * @returns the names of the files, as far as they are still there under them
 */
export function forgetImages(
  { transcript, turns, workspace }: Pick<TurnContext, 'transcript' | 'turns' | 'workspace'>,
  { content }: Anthropic.MessageParam,
): string[] {
  const hashes = (Array.isArray(content) ? content : []).flatMap((block) =>
    block.type === 'image' && block.source.type === 'base64'
      ? [sha256Hex(Buffer.from(block.source.data, 'base64'))]
      : [],
  );
  const forgotten = transcript.forgetImages(new Set(hashes));
  if (!forgotten) return [];
  const attached = turns.get(forgotten.turn)?.attachments ?? [];
  return forgotten.hashes.map((hash) => {
    const path = attached.find((each) => workspace.stat(each)?.hash === hash);
    return path?.split('/').at(-1) ?? 'a picture';
  });
}

/**
 * Records who answers from now on. Claude accepts thinking blocks only from the account and the model that produced them: if either has
 * changed, the thinking in the transcript so far is left out.
 *
 * @param by names the Claude account and the model
 */
export function setAnsweredBy(meta: MetaStore, transcript: Transcript, by: string): void {
  const previous = meta.get('answered_by');
  if (previous !== undefined && previous !== by) forgetThinking(meta, transcript);
  meta.set({ answered_by: by });
}

/** Leaves out, from now on, the thinking after a turn, whose beginning is about to change; what is before it is as Claude knows it. */
export function forgetThinkingAfter(meta: MetaStore, transcript: Transcript, turn: string): void {
  const messages = transcript.messages();
  if (messages.at(-1)?.turn !== turn) forgetThinking(meta, transcript);
}

/** Leaves out, from now on, all thinking that the transcript holds now. */
export function forgetThinking(meta: MetaStore, transcript: Transcript): void {
  const { length } = transcript.messages();
  meta.set({ cut: JSON.stringify(withoutThinking(storedCompaction(meta, length), length)) });
}
