import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Distance from the end of the log, in pixels, within which the reader counts as at the end. */
const END_TOLERANCE_PX = 60;

interface FollowNewest {
  /** For the element that scrolls. */
  pane: RefObject<HTMLElement | null>;
  /** For the element inside it that grows. */
  log: RefObject<HTMLDivElement | null>;
  isAtEnd: ReadonlySignal<boolean>;
  onScroll(): void;
  scrollToEnd(): void;
}

/** Keeps the newest line of the conversation in sight while it grows, unless the reader has scrolled up. @param sending the prompt on its way */
export function useFollowNewest(sending: string | null): FollowNewest {
  const pane = useRef<HTMLElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useSignal(true);
  /** Heights of the log and the pane when the reader's position was last determined, in pixels. */
  const lastHeights = useRef({ log: 0, pane: 0 });

  const scrollToEnd = () => {
    const element = pane.current;
    if (!element) return;
    isAtEnd.value = true;
    element.scrollTop = element.scrollHeight;
    lastHeights.current = { log: element.scrollHeight, pane: element.clientHeight };
  };
  useLayoutEffect(() => {
    // The sender wants to see the answer.
    if (sending !== null) scrollToEnd();
  }, [sending]);
  useLayoutEffect(() => {
    if (isAtEnd.peek()) scrollToEnd();
  });
  useLayoutEffect(() => {
    // Turns reach their final height at their first paint, Markdown after parsing.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.peek()) scrollToEnd();
    });
    if (log.current) observer.observe(log.current);
    if (pane.current) observer.observe(pane.current);
    return () => observer.disconnect();
  }, [isAtEnd]);
  const onScroll = () => {
    const element = pane.current;
    if (!element) return;
    // If the log grew or the pane shrank since the last scroll, the reader still counts as at the end.
    const { scrollTop, scrollHeight, clientHeight } = element;
    const height = Math.min(scrollHeight, lastHeights.current.log);
    isAtEnd.value = height - scrollTop - Math.max(clientHeight, lastHeights.current.pane) < END_TOLERANCE_PX;
    lastHeights.current = { log: scrollHeight, pane: clientHeight };
  };
  return { pane, log, isAtEnd, onScroll, scrollToEnd };
}
