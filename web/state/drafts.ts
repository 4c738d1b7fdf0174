import type { FileDraft, Turn } from './view.ts';

/** What Claude has written so far of the files that it is writing now, by path: of a file that is there already, maybe a part. */
export function draftsOf(turn: Turn | null): ReadonlyMap<string, FileDraft> {
  const drafts = new Map<string, FileDraft>();
  if (turn?.state !== 'running') return drafts;
  for (const block of turn.steps.at(-1)?.blocks ?? []) {
    if (block.kind !== 'tool' || !block.draft || block.draft.path === '') continue;
    if (block.state === 'writing' || block.state === 'started') drafts.set(block.draft.path, block.draft);
  }
  return drafts;
}
