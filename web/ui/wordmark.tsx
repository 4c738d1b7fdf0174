import { strings } from '../strings/strings.ts';

/** The product's name with a hand-drawn underline, which is animated while a turn runs. */
export function Wordmark({ isDrawing = false }: { isDrawing?: boolean }) {
  return (
    <span class={isDrawing ? 'wordmark is-drawing' : 'wordmark'}>
      {strings.name}
      <svg class="wordmark-stroke" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <path d="M2 6.5C18 3.2 34 4 50 4.6 66 5.2 82 4.6 97 2.6C78 6 62 6.8 47 8.4" pathLength="1" />
      </svg>
    </span>
  );
}
