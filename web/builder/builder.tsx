import { computed, useSignal } from '@preact/signals';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import { Composer } from '../composer/composer.tsx';
import { LazyQueue } from '../composer/lazy-queue.tsx';
import { shortcutOf } from '../composer/shortcuts.ts';
import { Conversation } from '../conversation/conversation.tsx';
import { StatusLine } from '../conversation/status-line.tsx';
import { goToAdjacentTurn } from '../conversation/turn-navigation.ts';
import { useTurnNotification } from '../conversation/use-turn-notification.ts';
import { LazyLimitOverlay } from '../limits/lazy-limits.tsx';
import { PreviewController } from '../preview/preview-controller.ts';
import { ViewState } from '../preview/view-state.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import { useNarrow } from '../ui/use-narrow.ts';
import { BuilderHeader } from './builder-header.tsx';
import { LazyPreviewPane } from './lazy-preview-pane.tsx';
import { type Pane, PaneSwitch } from './pane-switch.tsx';
import { SwipePanes } from './swipe-panes.tsx';
import { usePicked } from './use-picked.ts';

const words = strings.builder;

function useShortcuts(project: Project, closePanel: () => void): void {
  const { openDialog } = useApp();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (!shortcut || openDialog.peek()) return;
      if (shortcut === 'close') return closePanel();
      event.preventDefault();
      if (shortcut === 'help') openDialog.value = 'keys';
      else if (shortcut === 'compose') document.getElementById(COMPOSER_ID)?.focus();
      else if (shortcut === 'previous' || shortcut === 'next') goToAdjacentTurn(shortcut === 'next' ? 1 : -1);
      else if (shortcut === 'stop') void project.stop();
      else if (project.running.value) return;
      else if (shortcut === 'undo' && project.detail.value?.canUndo) void project.undo();
      else if (shortcut === 'redo' && project.detail.value?.canRedo) void project.redo();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [openDialog, project, closePanel]);
}

/** On phones whose keyboard lies over the page, the page keeps to what is left of the screen: the box stays above the keys. */
function useRoomAboveKeyboard(): void {
  useEffect(() => {
    const screen = globalThis.visualViewport;
    const { style } = document.documentElement;
    if (!screen) return;
    const fit = () => {
      const isCovered = screen.scale === 1 && innerHeight - screen.height > 60;
      if (isCovered) style.setProperty('--room', `${screen.height}px`);
      else style.removeProperty('--room');
      if (isCovered) scrollTo(0, 0);
    };
    screen.addEventListener('resize', fit);
    return () => {
      screen.removeEventListener('resize', fit);
      style.removeProperty('--room');
    };
  }, []);
}

function useStageHost(project: Project): PreviewController {
  return useMemo(() => {
    const revision = computed(() => {
      const { detail, view } = project;
      return Math.max(detail.value?.revision ?? 0, view.value.preview.revision);
    });
    return new PreviewController(project, revision);
  }, [project]);
}

/** Conversation on one side, the sheet on the other; on a phone one of them at a time. */
export function Builder({ project }: { project: Project }) {
  const pane = useSignal<Pane>('conversation');
  const desk = useMemo(() => new ViewState(), [project]);
  const isNarrow = useNarrow();
  const host = useStageHost(project);
  const leave = useCallback(() => {
    if (host.isPicking.peek()) host.pick(false);
    else desk.leave();
  }, [desk, host]);
  useShortcuts(project, leave);
  useTurnNotification(project);
  useRoomAboveKeyboard();
  usePicked(project, pane);
  const isDrawing = project.running.value || host.isRedrawing.value;
  return (
    <div class="builder" data-pane={pane.value}>
      <BuilderHeader project={project} />
      <main class="work">
        {isNarrow && <PaneSwitch pane={pane} isDrawing={isDrawing} />}
        <SwipePanes
          pane={pane}
          labels={words}
          conversation={
            <>
              <Conversation project={project} />
              <div class="talk-foot">
                {!isNarrow && <LazyLimitOverlay project={project} />}
                <StatusLine project={project} />
                <LazyQueue project={project} />
                <Composer project={project} />
              </div>
            </>
          }
          preview={<LazyPreviewPane project={project} host={host} desk={desk} />}
        />
        {isNarrow && <LazyLimitOverlay project={project} />}
      </main>
    </div>
  );
}
