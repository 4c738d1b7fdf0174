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

function Tool({ block, isLive }: { block: ToolBlock; isLive: boolean }) {
  const isOpen = block.state === 'writing' || block.state === 'started';
  const title =
    block.draft && isLive ? strings.turn.activity({ kind: 'writing', path: block.draft.path }) : block.title;
  return (
    <div class={`tool is-${isOpen && !isLive ? 'failed' : block.state}`}>
      <p class="tool-line">
        <Icon node={isOpen && !isLive ? X : toolIcons[block.state]} />
        <span class="tool-title">{title}</span>
        {block.state === 'failed' && <span class="visually-hidden">, {strings.turn.failed}</span>}
        {isOpen && !isLive && <span class="quiet">{strings.turn.unfinished}</span>}
      </p>
      {block.state === 'failed' && block.detail && <p class="tool-detail">{block.detail}</p>}
      {isLive && block.draft && <FileDraftPane draft={block.draft} />}
    </div>
  );
}

/** One piece of a turn. `isLive`: it belongs to the step that is being streamed. */
export const BlockView = memo<{ block: Block; isLive: boolean }>(function BlockView({ block, isLive }) {
  if (block.kind === 'tool') return <Tool block={block} isLive={isLive} />;
  return block.kind === 'text' ? <Markdown text={block.text} /> : <Thinking block={block} isLive={isLive} />;
});
