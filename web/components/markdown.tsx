import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MarkdownBlock, renderMarkdown } from './markdown-render.ts';
import { memo } from './memo.tsx';

const renderer = signal<typeof renderMarkdown | null>(null);
let isAsked = false;

/** The parser is loaded with the first answer; until then, and should it not come, the source is shown as it stands. */
function askForRenderer(): void {
  if (isAsked) return;
  isAsked = true;
  import('./markdown-render.ts').then(
    (loaded) => {
      renderer.value = loaded.renderMarkdown;
    },
    () => {
      isAsked = false;
    },
  );
}

function putNodes(place: Element, blocks: readonly MarkdownBlock[]): void {
  const nodes = blocks.flatMap((block) => block.nodes);
  let common = 0;
  while (common < nodes.length && place.childNodes[common] === nodes[common]) common++;
  while (place.childNodes.length > common) place.lastChild?.remove();
  place.append(...nodes.slice(common));
}

/** Claude's words: Markdown, sanitised. */
export const Markdown = memo<{ text: string }>(function Markdown({ text }) {
  const place = useRef<HTMLDivElement>(null);
  const blocks = useRef<readonly MarkdownBlock[]>([]);
  const render = renderer.value;
  if (!render) askForRenderer();
  useLayoutEffect(() => {
    if (!render || !place.current) return;
    blocks.current = render(text, blocks.current);
    putNodes(place.current, blocks.current);
  }, [render, text]);
  return render ? (
    <div key="rendered" class="prose" ref={place} />
  ) : (
    <div key="source" class="prose is-source">
      {text}
    </div>
  );
});
