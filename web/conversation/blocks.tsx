import { useEffect, useRef, useState } from 'preact/hooks';
import type { Block, TextBlock } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { memo } from '../ui/memo.tsx';
import { Markdown } from './markdown.tsx';
import { ToolView } from './tool-view.tsx';

/** Milliseconds that a thought took: watched while it was thought, or as the receipt of the turn has it. */
function useThoughtTime(isLive: boolean, told: number | null): number | null {
  const since = useRef(isLive ? Date.now() : null);
  const [watched, setWatched] = useState<number | null>(null);
  useEffect(() => {
    if (!isLive && since.current !== null) setWatched(Date.now() - since.current);
  }, [isLive]);
  return told ?? watched;
}

function Thinking({ block, isLive, thoughtMs }: { block: TextBlock; isLive: boolean; thoughtMs: number | null }) {
  const took = useThoughtTime(isLive, thoughtMs);
  const thought = took === null ? strings.turn.thought : strings.talk.thought(took);
  return (
    <details class="thinking">
      <summary>{isLive ? strings.turn.thinking : thought}</summary>
      <p>{block.text}</p>
    </details>
  );
}

interface Props {
  block: Block;
  /** It belongs to the step that is being streamed. */
  isLive: boolean;
  /** Nothing comes after it yet. */
  isNewest: boolean;
  /** It stands in the newest turn. */
  isNear: boolean;
  /** Milliseconds that were thought in its step, or null where that is not known. */
  thoughtMs: number | null;
}

/** One piece of a turn. */
export const BlockView = memo<Props>(function BlockView({ block, isLive, isNewest, isNear, thoughtMs }) {
  if (block.kind === 'tool') return <ToolView block={block} isLive={isLive} isNewest={isNewest} />;
  const grows = isLive && isNewest;
  if (block.kind === 'text') return <Markdown text={block.text} isLive={grows} isNear={isNear} />;
  return <Thinking block={block} isLive={grows} thoughtMs={thoughtMs} />;
});
