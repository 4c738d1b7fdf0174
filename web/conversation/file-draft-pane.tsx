import { useLayoutEffect, useRef } from 'preact/hooks';
import type { FileDraft } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { ScrollPane } from '../ui/scroll-pane.tsx';

/** A file while Claude writes it. The text usually only grows, so new text is appended to the text node. */
export function FileDraftPane({ draft }: { draft: FileDraft }) {
  const pane = useRef<HTMLElement>(null);
  const pre = useRef<HTMLPreElement>(null);
  const shown = useRef('');
  const { text } = draft;
  useLayoutEffect(() => {
    if (!pre.current || !pane.current) return;
    const node = pre.current.firstChild;
    if (node instanceof Text && text.length >= shown.current.length && text.startsWith(shown.current)) {
      node.appendData(text.slice(shown.current.length));
    } else pre.current.textContent = text;
    shown.current = text;
    pane.current.scrollTop = pane.current.scrollHeight;
  }, [text]);
  return (
    <ScrollPane class="draft" label={strings.turn.draft(draft.path)} pane={pane}>
      <pre ref={pre} />
    </ScrollPane>
  );
}
