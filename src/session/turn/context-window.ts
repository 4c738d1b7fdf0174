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

function cutOf(meta: MetaStore): Compaction {
  const json = meta.get('cut');
  return json === undefined ? noCompaction : (JSON.parse(json) as Compaction);
}

/** The transcript as a model gets it: cut before it outgrows the window. The cut is kept, so that the same bytes go out next time. */
export function cutTranscript(
  meta: MetaStore,
  transcript: Transcript,
  blobs: Pick<BlobStore, 'get'>,
  model: string,
): Anthropic.MessageParam[] {
  const messages = transcript.messages();
  const before = cutOf(meta);
  const cut = planCompaction(messages, modelOf(model).workingWindow, before);
  if (cut !== before) meta.set({ cut: JSON.stringify(cut) });
  return loadImages(applyCompaction(messages, cut), (hash) => blobs.get(hash));
}

/**
 * Notes who answers from now on. Claude takes back only what the same account and model thought: where either has changed, the thinking
 * of all that stands in the transcript now is left out.
 *
 * @param by names the account and the model
 */
export function answersFromNow(meta: MetaStore, transcript: Transcript, by: string): void {
  const before = meta.get('answered_by');
  if (before !== undefined && before !== by) forgetThinking(meta, transcript);
  meta.set({ answered_by: by });
}

/** Leaves the thinking of all that stands in the transcript now out of what Claude gets. */
export function forgetThinking(meta: MetaStore, transcript: Transcript): void {
  meta.set({ cut: JSON.stringify(withoutThinking(cutOf(meta), transcript.messages().length)) });
}
