import { useLayoutEffect, useRef } from 'preact/hooks';
import { ansiSpans } from './ansi.ts';

/** Pixels from the end within which a log counts as scrolled to the end. */
const nearEnd = 24;

/** Output of a command or a server, in its colours. Follows new output while it is scrolled to the end. */
export function AnsiLog({ text, label }: { text: string; label: string }) {
  const log = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (log.current && isAtEnd.current) log.current.scrollTop = log.current.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={log}
      class="tool-detail"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      role="log"
      aria-label={label}
      aria-live="off"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEnd;
      }}
    >
      {ansiSpans(text).map((span, index) =>
        span.style ? (
          <span key={index} style={span.style}>
            {span.text}
          </span>
        ) : (
          span.text
        ),
      )}
    </pre>
  );
}
