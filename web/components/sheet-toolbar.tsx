import type { Signal } from '@preact/signals';
import { Download, ExternalLink, Redo2, RotateCw, Undo2 } from 'lucide';
import { api } from '../app.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import type { StageHost } from './stage-host.ts';

export type SheetPane = 'app' | 'versions' | 'files';

const words = strings.sheet;

interface Props {
  project: Project;
  host: StageHost;
  pane: Signal<SheetPane>;
}

function PaneToggle({ pane, name, children }: { pane: Signal<SheetPane>; name: SheetPane; children: string }) {
  const isPressed = pane.value === name;
  const toggle = () => {
    pane.value = isPressed ? 'app' : name;
  };
  return (
    <button type="button" class="text-button" aria-pressed={isPressed} onClick={toggle}>
      {children}
    </button>
  );
}

/** What can be done with the sheet: move between versions, look at files, take them along. */
export function SheetToolbar({ project, host, pane }: Props) {
  const { detail, running, previewUrl } = project;
  const isRunning = running.value;
  const hasApp = host.revision.value > 0 && previewUrl.value !== null;
  return (
    <fieldset class="toolbar" aria-label={words.tools}>
      <IconButton
        node={Undo2}
        name={words.undo}
        aria-keyshortcuts="Control+Z Meta+Z"
        disabled={isRunning || !detail.value?.canUndo}
        onClick={() => void project.undo()}
      />
      <IconButton
        node={Redo2}
        name={words.redo}
        aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
        disabled={isRunning || !detail.value?.canRedo}
        onClick={() => void project.redo()}
      />
      <span class="toolbar-path" aria-hidden="true">
        {hasApp ? host.path.value : ''}
      </span>
      <IconButton node={RotateCw} name={words.reload} disabled={!hasApp} onClick={() => host.reload()} />
      {hasApp && previewUrl.value && (
        <a
          class="icon-button"
          href={new URL(host.path.value, previewUrl.value).href}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={words.open}
          title={words.open}
        >
          <Icon node={ExternalLink} />
        </a>
      )}
      <PaneToggle pane={pane} name="versions">
        {words.versions}
      </PaneToggle>
      <PaneToggle pane={pane} name="files">
        {words.files}
      </PaneToggle>
      <a class="icon-button" href={api.exportUrl(project.id)} download aria-label={words.zip} title={words.zip}>
        <Icon node={Download} />
      </a>
    </fieldset>
  );
}
