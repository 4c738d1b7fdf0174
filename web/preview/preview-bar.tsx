import { Redo2, Undo2 } from 'lucide';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { stepName } from './version-name.ts';
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

/** Tabs for app, code and versions, and undo and redo, labelled with the change that they affect, or with why they affect none. */
export function PreviewBar({ project, viewState }: { project: Project; viewState: ViewState }) {
  const { running, canUndo, canRedo } = project;
  const { undo = null, redo = null, versions = [] } = project.detail.value ?? {};
  const undoLabel = undo ? words.undoWhat(stepName(undo, versions)) : words.undo;
  const redoLabel = redo ? words.redoWhat(stepName(redo, versions)) : words.redo;
  const why = running.value ? words.wait : null;
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
        title={canUndo.value ? undoLabel : (why ?? words.nothingToUndo)}
        aria-keyshortcuts="Control+Z Meta+Z"
        disabled={!canUndo.value}
        onClick={() => void project.undo()}
      >
        <Icon node={Undo2} />
        <span class="undo-words">{undoLabel}</span>
      </button>
      <IconButton
        node={Redo2}
        name={redoLabel}
        title={canRedo.value ? redoLabel : (why ?? words.nothingToRedo)}
        aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
        disabled={!canRedo.value}
        onClick={() => void project.redo()}
      />
    </div>
  );
}
