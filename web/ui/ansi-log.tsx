import { useLayoutEffect, useRef } from 'preact/hooks';
import { ansiSpans } from './ansi.ts';

/** Pixels from the end within which a log still counts as read to the end. */
const nearEnd = 24;

/** What a command or a server has printed, in its colours. It stays at its end as long as it is read there. */
export function AnsiLog({ text, label }: { text: string; label: string }) {
  const place = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (place.current && isAtEnd.current) place.current.scrollTop = place.current.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={place}
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
        span.look ? (
          <span key={index} style={span.look}>
            {span.text}
          </span>
        ) : (
          span.text
        ),
      )}
    </pre>
  );
}
