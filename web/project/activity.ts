import { serverNow } from '../api/server-clock.ts';
import type { Block, ToolBlock, Turn, View } from './view.ts';

/** What the agent is doing. */
export type Activity =
  | { kind: 'idle' }
  | { kind: 'waiting' }
  | { kind: 'thinking' }
  | { kind: 'answering' }
  | { kind: 'writing'; path: string }
  | ({ kind: 'tool' } & Pick<ToolBlock, 'title' | 'verb' | 'path' | 'fields'>)
  | { kind: 'retrying' };

function ofBlock(block: Block): Activity {
  if (block.kind !== 'tool') return { kind: block.kind === 'text' ? 'answering' : 'thinking' };
  if (block.draft && block.draft.path !== '') return { kind: 'writing', path: block.draft.path };
  if (block.state === 'started') {
    const { title, verb, path, fields } = block;
    return { kind: 'tool', title, ...(verb === undefined ? {} : { verb, path, fields }) };
  }
  return { kind: 'waiting' };
}

/** What a turn is doing. `strings.turn.activity` has the words for it. */
export function activityOf(turn: Turn | null): Activity {
  if (turn?.state !== 'running') return { kind: 'idle' };
  if (turn.retry) return { kind: 'retrying' };
  const blocks = turn.steps.at(-1)?.blocks ?? [];
  const open = blocks.find((block) => block.kind === 'tool' && block.state === 'started' && !block.draft);
  const last = blocks.at(-1);
  if (last?.kind === 'tool' && last.state !== 'started' && open) return ofBlock(open);
  return last ? ofBlock(last) : { kind: 'waiting' };
}

/**
 * Whether more events will come by themselves: a turn runs, or a queued prompt is due. A prompt with a later start time does not count.
 */
export function isBusy(view: View): boolean {
  return view.turn?.state === 'running' || view.queue.some(({ notBefore = 0 }) => notBefore <= serverNow());
}
