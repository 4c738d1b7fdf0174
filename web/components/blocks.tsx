import { Check, type IconNode, Pencil, X } from 'lucide';
import type { Block, TextBlock, ToolBlock } from '../state/view.ts';
import { strings } from '../strings.ts';
import { FileDraftPane } from './file-draft.tsx';
import { Icon } from './icon.tsx';
import { Markdown } from './markdown.tsx';
import { memo } from './memo.tsx';

const toolIcons: Record<ToolBlock['state'], IconNode> = { writing: Pencil, started: Pencil, done: Check, failed: X };

function Thinking({ block, isLive }: { block: TextBlock; isLive: boolean }) {
  return (
    <details class="thinking">
      <summary>{isLive ? strings.turn.thinking : strings.turn.thought}</summary>
      <p>{block.text}</p>
    </details>
  );
}

function toolTitle({ draft, title }: ToolBlock, isNewest: boolean): string {
  if (draft && isNewest) return strings.turn.activity({ kind: 'writing', path: draft.path });
  return title || (draft?.path ?? '');
}

/** A tool's line; of the drafts of a reply only the one that is being written is open. */
function Tool({ block, isLive, isNewest }: { block: ToolBlock; isLive: boolean; isNewest: boolean }) {
  const isOpen = block.state === 'writing' || block.state === 'started';
  return (
    <div class={`tool is-${isOpen && !isLive ? 'failed' : block.state}`}>
      <p class="tool-line">
        <Icon node={isOpen && !isLive ? X : toolIcons[block.state]} />
        <span class="tool-title">{toolTitle(block, isNewest)}</span>
        {block.state === 'failed' && <span class="visually-hidden">, {strings.turn.failed}</span>}
        {isOpen && !isLive && <span class="quiet">{strings.turn.unfinished}</span>}
      </p>
      {block.state === 'failed' && block.detail && <p class="tool-detail">{block.detail}</p>}
      {isNewest && block.draft && <FileDraftPane draft={block.draft} />}
    </div>
  );
}

interface Props {
  block: Block;
  /** It belongs to the step that is being streamed. */
  isLive: boolean;
  /** Nothing comes after it yet. */
  isNewest: boolean;
}

/** One piece of a turn. */
export const BlockView = memo<Props>(function BlockView({ block, isLive, isNewest }) {
  if (block.kind === 'tool') return <Tool block={block} isLive={isLive} isNewest={isNewest} />;
  return block.kind === 'text' ? <Markdown text={block.text} /> : <Thinking block={block} isLive={isLive} />;
});
