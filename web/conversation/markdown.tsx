import { signal } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import { copyText } from '../ui/copy-text.ts';
import { memo } from '../ui/memo.tsx';
import type { Toasts } from '../ui/toasts.ts';
import { whenIdle } from '../ui/when-idle.ts';
import type { MarkdownBlock, renderMarkdown } from './markdown-render.ts';

const renderer = signal<typeof renderMarkdown | null>(null);
let isRequested = false;

/** Loads the Markdown renderer. Until it is loaded, or if loading fails, answers are shown as their source text. */
export function loadRenderer(): void {
  if (isRequested) return;
  isRequested = true;
  import('./markdown-render.ts').then(
    (loaded) => {
      renderer.value = loaded.renderMarkdown;
    },
    () => {
      isRequested = false;
    },
  );
}

/** Makes the nodes of `blocks` the children of `parent`, leaving the common prefix untouched. */
function replaceNodes(parent: Element, blocks: readonly MarkdownBlock[]): void {
  const nodes = blocks.flatMap((block) => block.nodes);
  let common = 0;
  while (common < nodes.length && parent.childNodes[common] === nodes[common]) common++;
  while (parent.childNodes.length > common) parent.lastChild?.remove();
  parent.append(...nodes.slice(common));
}

function copyClickedCode(event: MouseEvent, toasts: Toasts): void {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
  const code = button?.closest('figure')?.querySelector('code');
  if (button && code) void copyText(code.textContent ?? '', button, toasts);
}

interface Props {
  text: string;
  /** Whether the text is still growing. */
  isStreaming: boolean;
  /** Whether to render at once, as at the end of the log, and not when the browser is idle. */
  rendersAtOnce: boolean;
}

/** Claude's text as sanitised Markdown. Earlier turns are rendered when the browser is idle, so that a long log opens at once. */
export const Markdown = memo<Props>(function Markdown({ text, isStreaming, rendersAtOnce }) {
  const { toasts } = useApp();
  const container = useRef<HTMLDivElement>(null);
  const blocks = useRef<readonly MarkdownBlock[]>([]);
  const [isDue, setDue] = useState(isStreaming || rendersAtOnce);
  const render = renderer.value;
  if (!render) loadRenderer();
  useLayoutEffect(() => (isDue ? undefined : whenIdle(() => setDue(true))), [isDue]);
  useLayoutEffect(() => {
    if (!render || !isDue || !container.current) return;
    blocks.current = render(text, blocks.current, !isStreaming);
    replaceNodes(container.current, blocks.current);
  }, [render, isDue, text, isStreaming]);
  return render && isDue ? (
    // biome-ignore lint/a11y/noStaticElementInteractions: event delegation; the buttons inside are real ones
    // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons inside are real ones
    <div key="rendered" class="prose" ref={container} onClick={(event) => copyClickedCode(event, toasts)} />
  ) : (
    <div key="source" class="prose is-source">
      {text}
    </div>
  );
});
