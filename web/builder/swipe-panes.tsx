import './swipe-panes.css';
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useNarrow } from '../ui/use-narrow.ts';
import type { Pane } from './pane-switch.tsx';

const reduced = matchMedia('(prefers-reduced-motion: reduce)');
const order: readonly Pane[] = ['conversation', 'preview'];

interface Props {
  pane: Signal<Pane>;
  conversation: ComponentChildren;
  preview: ComponentChildren;
  labels: Record<Pane, string>;
}

/**
 * Conversation and sheet: side by side, or on a narrow screen one over the other to be swiped between. There the conversation slides off
 * the sheet, which stays where it is: a browser slows down a frame that is out of sight, and the app has to be drawn all the same.
 */
export function SwipePanes({ pane, conversation, preview, labels }: Props) {
  const isNarrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  /** The pane that a scroll on its way leads to. */
  const aim = useRef<Pane | null>(null);
  const shown = pane.value;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !isNarrow) return;
    const left = order.indexOf(shown) * element.clientWidth;
    if (Math.abs(element.scrollLeft - left) < 2) return;
    aim.current = shown;
    element.scrollTo({ left, behavior: reduced.matches || !element.dataset.settled ? 'instant' : 'smooth' });
    element.dataset.settled = 'yes';
  }, [isNarrow, shown]);

  useEffect(() => {
    const element = scroller.current;
    if (!element || !isNarrow) return;
    // The place of a pane moves with the width: a turned phone stays on its pane.
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
    const at = element.scrollLeft / element.clientWidth;
    const reached = order[Math.round(at)] ?? 'conversation';
    if (aim.current !== null) {
      if (reached === aim.current && Math.abs(at - Math.round(at)) < 0.05) aim.current = null;
      return;
    }
    pane.value = reached;
  };
  /** A finger takes over from a scroll on its way. */
  const takeOver = () => {
    aim.current = null;
  };

  return (
    <div class="panes" ref={scroller} onScroll={onScroll} onTouchStart={takeOver} onWheel={takeOver}>
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
