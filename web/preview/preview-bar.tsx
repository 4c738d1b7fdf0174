import { Redo2, Undo2 } from 'lucide';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import type { ViewPane, ViewState } from './view-state.ts';

const words = strings.sheet;

function Tab({ desk, name, text }: { desk: ViewState; name: ViewPane; text: string }) {
  return (
    <button
      type="button"
      class="desk-tab"
      aria-pressed={desk.pane.value === name}
      onClick={() => {
        if (name === 'code') desk.openCode();
        else desk.openApp();
      }}
    >
      {text}
    </button>
  );
}

/** App or code, the strip of versions, and one step back or forward with what it does in words. */
export function PreviewBar({ project, desk }: { project: Project; desk: ViewState }) {
  const detail = project.detail.value;
  const isRunning = project.running.value;
  const undo = detail?.undoLabel ? words.undoWhat(detail.undoLabel) : words.undo;
  const redo = detail?.redoLabel ? words.redoWhat(detail.redoLabel) : words.redo;
  return (
    <div class="desk-bar">
      <fieldset class="desk-tabs" aria-label={words.panes}>
        <Tab desk={desk} name="app" text={words.app} />
        <Tab desk={desk} name="code" text={words.code} />
        <button
          type="button"
          class="desk-tab"
          aria-expanded={desk.strip.value}
          onClick={() => {
            desk.strip.value = !desk.strip.value;
          }}
        >
          {words.versions}
        </button>
      </fieldset>
      <button
        type="button"
        class="undo-button"
        aria-label={undo}
        title={undo}
        aria-keyshortcuts="Control+Z Meta+Z"
        disabled={isRunning || !detail?.canUndo}
        onClick={() => void project.undo()}
      >
        <Icon node={Undo2} />
        <span class="undo-words">{undo}</span>
      </button>
      <IconButton
        node={Redo2}
        name={redo}
        aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
        disabled={isRunning || !detail?.canRedo}
        onClick={() => void project.redo()}
      />
    </div>
  );
}
