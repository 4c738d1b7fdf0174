import type { FileDraft, Turn } from './view.ts';

/** A file as far as Claude has written it. For an edit of an existing file, maybe only a part of the file. */
export interface LiveDraft extends FileDraft {
  /** False once the text is complete and waits to be stored. */
  readonly isWriting: boolean;
}

/** The files that Claude is writing in the running step, by path. */
export function draftsOf(turn: Turn | null): ReadonlyMap<string, LiveDraft> {
  const drafts = new Map<string, LiveDraft>();
  if (turn?.state !== 'running') return drafts;
  const blocks = turn.steps.at(-1)?.blocks ?? [];
  for (const block of blocks) {
    if (block.kind !== 'tool' || !block.draft || block.draft.path === '') continue;
    drafts.set(block.draft.path, { ...block.draft, isWriting: block === blocks.at(-1) });
  }
  return drafts;
}
