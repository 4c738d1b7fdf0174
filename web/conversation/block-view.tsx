import { useEffect, useRef, useState } from 'preact/hooks';
import type { Block, TextBlock } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { memo } from '../ui/memo.tsx';
import { Markdown } from './markdown.tsx';
import { ToolView } from './tool-view.tsx';

/** Duration of a thinking block in milliseconds: from the turn's receipt, or else measured while it streamed. Null if unknown. */
function useThinkingTime(isStreaming: boolean, recordedMs: number | null): number | null {
  const startedAt = useRef(isStreaming ? Date.now() : null);
  const [measuredMs, setMeasuredMs] = useState<number | null>(null);
  useEffect(() => {
    if (!isStreaming && startedAt.current !== null) setMeasuredMs(Date.now() - startedAt.current);
  }, [isStreaming]);
  return recordedMs ?? measuredMs;
}

interface ThinkingProps {
  block: TextBlock;
  isStreaming: boolean;
  thinkingMs: number | null;
}

function Thinking({ block, isStreaming, thinkingMs }: ThinkingProps) {
  const durationMs = useThinkingTime(isStreaming, thinkingMs);
  const summary = durationMs === null ? strings.turn.thought : strings.talk.thought(durationMs);
  return (
    <details class="thinking">
      <summary>{isStreaming ? strings.turn.thinking : summary}</summary>
      <p>{block.text}</p>
    </details>
  );
}

interface Props {
  block: Block;
  /** Whether the block belongs to the step that is being streamed. */
  isLive: boolean;
  /** Whether the block is the last one of a live step so far. */
  isNewestBlock: boolean;
  isInNewestTurn: boolean;
  /** Thinking time of the block's step in milliseconds, from the receipt; null if unknown. */
  thinkingMs: number | null;
}

/** One block of a step: a tool call, text or thinking. */
export const BlockView = memo<Props>(function BlockView(props) {
  const { block, isLive, isNewestBlock, isInNewestTurn, thinkingMs } = props;
  if (block.kind === 'tool') return <ToolView block={block} isLive={isLive} isNewestBlock={isNewestBlock} />;
  const isStreaming = isLive && isNewestBlock;
  if (block.kind === 'text') {
    return <Markdown text={block.text} isStreaming={isStreaming} rendersAtOnce={isInNewestTurn} />;
  }
  return <Thinking block={block} isStreaming={isStreaming} thinkingMs={thinkingMs} />;
});
