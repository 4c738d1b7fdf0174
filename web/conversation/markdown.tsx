import { signal } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import { copyText } from '../ui/copy-text.ts';
import { memo } from '../ui/memo.tsx';
import type { Toasts } from '../ui/toasts.ts';
import { whenIdle } from '../ui/when-idle.ts';
import type { MarkdownBlock, renderMarkdown } from './markdown-render.ts';

const renderer = signal<typeof renderMarkdown | null>(null);
let isAsked = false;

/** Loads the parser. Until it is there, and should it not come, the source of an answer is shown as it stands. */
export function askForRenderer(): void {
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

function onClick(event: MouseEvent, toasts: Toasts): void {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
  const code = button?.closest('figure')?.querySelector('code');
  if (button && code) void copyText(code.textContent ?? '', button, toasts);
}

interface Props {
  text: string;
  /** More of it is to come. */
  isLive: boolean;
  /** It stands at the end of the log: it is made at once. */
  isNear: boolean;
}

/** Claude's words: Markdown, sanitised. What was said long ago is made when the browser has time: a long log opens at once. */
export const Markdown = memo<Props>(function Markdown({ text, isLive, isNear }) {
  const { toasts } = useApp();
  const place = useRef<HTMLDivElement>(null);
  const blocks = useRef<readonly MarkdownBlock[]>([]);
  const [isDue, setDue] = useState(isLive || isNear);
  const render = renderer.value;
  if (!render) askForRenderer();
  useLayoutEffect(() => (isDue ? undefined : whenIdle(() => setDue(true))), [isDue]);
  useLayoutEffect(() => {
    if (!render || !isDue || !place.current) return;
    blocks.current = render(text, blocks.current, !isLive);
    putNodes(place.current, blocks.current);
  }, [render, isDue, text, isLive]);
  return render && isDue ? (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it are real ones, one listener hears them all
    // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons in it are real ones
    <div key="rendered" class="prose" ref={place} onClick={(event) => onClick(event, toasts)} />
  ) : (
    <div key="source" class="prose is-source">
      {text}
    </div>
  );
});
