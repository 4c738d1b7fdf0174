import type Anthropic from '@anthropic-ai/sdk';
import { loadImages } from '../../agent/request-images.ts';
import {
  applyCompaction,
  type Compaction,
  noCompaction,
  planCompaction,
  withoutThinking,
} from '../../agent/transcript-compaction.ts';
import { modelOf } from '../../claude/model-catalogue.ts';
import type { BlobStore } from '../../workspace/blob-store.ts';
import type { MetaStore } from '../storage/session-meta.ts';
import type { Transcript } from './transcript.ts';

function storedCompaction(meta: MetaStore): Compaction {
  const json = meta.get('cut');
  return json === undefined ? noCompaction : (JSON.parse(json) as Compaction);
}

/**
 * The transcript as a model gets it, compacted before it outgrows the model's window. The compaction is stored, so that the next request
 * sends the same bytes and hits the prompt cache.
 */
export function messagesWithinWindow(
  meta: MetaStore,
  transcript: Transcript,
  blobs: Pick<BlobStore, 'get'>,
  model: string,
): Anthropic.MessageParam[] {
  const messages = transcript.messages();
  const stored = storedCompaction(meta);
  const compaction = planCompaction(messages, modelOf(model).workingWindow, stored);
  if (compaction !== stored) meta.set({ cut: JSON.stringify(compaction) });
  return loadImages(applyCompaction(messages, compaction), (hash) => blobs.get(hash));
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

/** Leaves out, from now on, all thinking that the transcript holds now. */
export function forgetThinking(meta: MetaStore, transcript: Transcript): void {
  meta.set({ cut: JSON.stringify(withoutThinking(storedCompaction(meta), transcript.messages().length)) });
}
