import type { Block, Turn, View } from './view.ts';

/** What the agent is doing now. */
export type Activity =
  | { kind: 'idle' }
  | { kind: 'waiting' }
  | { kind: 'thinking' }
  | { kind: 'answering' }
  | { kind: 'writing'; path: string }
  | { kind: 'tool'; title: string }
  | { kind: 'retrying' };

function ofBlock(block: Block): Activity {
  if (block.kind !== 'tool') return { kind: block.kind === 'text' ? 'answering' : 'thinking' };
  if (block.draft && block.draft.path !== '') return { kind: 'writing', path: block.draft.path };
  if (block.state === 'started') return { kind: 'tool', title: block.title };
  return { kind: 'waiting' };
}

/** What a turn is doing, in a form that the catalogue can put into words. */
export function activityOf(turn: Turn | null): Activity {
  if (turn?.state !== 'running') return { kind: 'idle' };
  if (turn.retry) return { kind: 'retrying' };
  const blocks = turn.steps.at(-1)?.blocks ?? [];
  const open = blocks.find((block) => block.kind === 'tool' && block.state === 'started' && !block.draft);
  const last = blocks.at(-1);
  if (last?.kind === 'tool' && last.state !== 'started' && open) return ofBlock(open);
  return last ? ofBlock(last) : { kind: 'waiting' };
}

/** Whether more is to come by itself: a turn runs, or a prompt waits. One that is set to a later time does not count. */
export function isBusy(view: View): boolean {
  return view.turn?.state === 'running' || view.queue.some(({ notBefore = 0 }) => notBefore <= Date.now());
}

/** Whether the app brings all that changed after a revision into the running page by itself. */
export function isHotSince({ preview }: View, revision: number): boolean {
  const newer = preview.changes.filter((change) => change.revision > revision);
  return newer.length === preview.revision - revision && newer.every((change) => change.hot);
}

/**
 * Paths changed after a revision, up to the newest.
 *
 * @returns null where they are not known: reload everything
 */
export function changedSince(view: View, revision: number): readonly string[] | null {
  const { changes } = view.preview;
  const newer = changes.filter((change) => change.revision > revision);
  const oldest = changes[0];
  if (!oldest || oldest.revision > revision + 1) return null;
  const paths = new Set<string>();
  for (const change of newer) {
    if (!change.paths) return null;
    for (const path of change.paths) paths.add(path);
  }
  return [...paths];
}
