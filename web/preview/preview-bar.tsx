import { Redo2, Undo2 } from 'lucide';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import type { ViewPane, ViewState } from './view-state.ts';

const words = strings.sheet;

function PaneTab({ viewState, pane, label }: { viewState: ViewState; pane: ViewPane; label: string }) {
  return (
    <button
      type="button"
      class="desk-tab"
      aria-pressed={viewState.pane.value === pane}
      onClick={() => {
        if (pane === 'code') viewState.openCode();
        else viewState.openApp();
      }}
    >
      {label}
    </button>
  );
}

/** Tabs for app, code and versions, and undo and redo, labelled with the change that they affect. */
export function PreviewBar({ project, viewState }: { project: Project; viewState: ViewState }) {
  const detail = project.detail.value;
  const isRunning = project.running.value;
  const undoLabel = detail?.undoLabel ? words.undoWhat(detail.undoLabel) : words.undo;
  const redoLabel = detail?.redoLabel ? words.redoWhat(detail.redoLabel) : words.redo;
  return (
    <div class="desk-bar">
      <fieldset class="desk-tabs" aria-label={words.panes}>
        <PaneTab viewState={viewState} pane="app" label={words.app} />
        <PaneTab viewState={viewState} pane="code" label={words.code} />
        <button
          type="button"
          class="desk-tab"
          aria-expanded={viewState.strip.value}
          onClick={() => {
            viewState.strip.value = !viewState.strip.value;
          }}
        >
          {words.versions}
        </button>
      </fieldset>
      <button
        type="button"
        class="undo-button"
        aria-label={undoLabel}
        title={undoLabel}
        aria-keyshortcuts="Control+Z Meta+Z"
        disabled={isRunning || !detail?.canUndo}
        onClick={() => void project.undo()}
      >
        <Icon node={Undo2} />
        <span class="undo-words">{undoLabel}</span>
      </button>
      <IconButton
        node={Redo2}
        name={redoLabel}
        aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
        disabled={isRunning || !detail?.canRedo}
        onClick={() => void project.redo()}
      />
    </div>
  );
}
