import './swipe-panes.css';
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useNarrow } from '../ui/use-narrow.ts';
import type { Pane } from './pane-switch.tsx';

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
const order: readonly Pane[] = ['conversation', 'preview'];

interface Props {
  pane: Signal<Pane>;
  conversation: ComponentChildren;
  preview: ComponentChildren;
  labels: Record<Pane, string>;
}

/**
 * Conversation and preview: side by side, or on a narrow screen stacked, with swiping between them. There the conversation slides off the
 * preview, which stays in place: browsers throttle frames outside of the viewport, and the app must be rendered in either case.
 */
export function SwipePanes({ pane, conversation, preview, labels }: Props) {
  const isNarrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  /** Target of the programmatic scroll in progress, or null. */
  const scrollTarget = useRef<Pane | null>(null);
  const shown = pane.value;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !isNarrow) return;
    const left = order.indexOf(shown) * element.clientWidth;
    if (Math.abs(element.scrollLeft - left) < 2) return;
    scrollTarget.current = shown;
    element.scrollTo({ left, behavior: reducedMotion.matches || !element.dataset.settled ? 'instant' : 'smooth' });
    element.dataset.settled = 'yes';
  }, [isNarrow, shown]);

  useEffect(() => {
    const element = scroller.current;
    if (!element || !isNarrow) return;
    // The offset of a pane depends on the width: a rotated phone stays on its pane.
    const observer = new ResizeObserver(() => {
      element.scrollTo({ left: order.indexOf(pane.peek()) * element.clientWidth, behavior: 'instant' });
    });
    observer.observe(element);
    element.dataset.settled = 'yes';
    return () => observer.disconnect();
  }, [isNarrow, pane]);

  const onScroll = () => {
    const element = scroller.current;
    if (!element || !isNarrow || element.clientWidth === 0) return;
    const position = element.scrollLeft / element.clientWidth;
    const reached = order[Math.round(position)] ?? 'conversation';
    if (scrollTarget.current !== null) {
      const hasArrived = reached === scrollTarget.current && Math.abs(position - Math.round(position)) < 0.05;
      if (hasArrived) scrollTarget.current = null;
      return;
    }
    pane.value = reached;
  };
  /** A touch or the wheel takes over from a programmatic scroll. */
  const cancelScroll = () => {
    scrollTarget.current = null;
  };

  return (
    <div class="panes" ref={scroller} onScroll={onScroll} onTouchStart={cancelScroll} onWheel={cancelScroll}>
      {isNarrow && (
        <div class="pane-stops" aria-hidden="true">
          {order.map((name) => (
            <i key={name} />
          ))}
        </div>
      )}
      <section class="talk" aria-label={labels.conversation} inert={isNarrow && shown === 'preview'}>
        {conversation}
      </section>
      <section class="desk" aria-label={labels.preview} inert={isNarrow && shown === 'conversation'}>
        {preview}
      </section>
    </div>
  );
}
