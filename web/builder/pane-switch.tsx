import type { Signal } from '@preact/signals';
import { strings } from '../strings/strings.ts';

export type Pane = 'conversation' | 'preview';

const words = strings.builder;

/** Chooses the visible pane on a narrow screen, which has room for one. */
export function PaneSwitch({ pane, isDrawing }: { pane: Signal<Pane>; isDrawing: boolean }) {
  const names: Pane[] = ['conversation', 'preview'];
  return (
    <fieldset class="pane-switch" aria-label={words.panes}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={pane.value === name}
          class={name === 'preview' && isDrawing ? 'is-drawing' : ''}
          onClick={() => {
            pane.value = name;
          }}
        >
          {words[name]}
        </button>
      ))}
    </fieldset>
  );
}
