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
import { LazyCreditLine } from '../credits/lazy-credit-line.tsx';
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
import { useComposeOnPick } from './use-compose-on-pick.ts';

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
      else if (shortcut === 'undo' && project.canUndo.value) void project.undo();
      else if (shortcut === 'redo' && project.canRedo.value) void project.redo();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [openDialog, project, closePanel]);
}

/** Shrinks the page to the visual viewport where the on-screen keyboard overlays it: the prompt box stays above the keys. */
function useHeightAboveKeyboard(): void {
  useEffect(() => {
    const viewport = globalThis.visualViewport;
    const { style } = document.documentElement;
    if (!viewport) return;
    const fit = () => {
      const isCovered = viewport.scale === 1 && innerHeight - viewport.height > 60;
      if (isCovered) style.setProperty('--room', `${viewport.height}px`);
      else style.removeProperty('--room');
      if (isCovered) scrollTo(0, 0);
    };
    viewport.addEventListener('resize', fit);
    return () => {
      viewport.removeEventListener('resize', fit);
      style.removeProperty('--room');
    };
  }, []);
}

function usePreviewController(project: Project): PreviewController {
  return useMemo(() => {
    const revision = computed(() => {
      const { detail, view } = project;
      return Math.max(detail.value?.revision ?? 0, view.value.preview.revision);
    });
    return new PreviewController(project, revision);
  }, [project]);
}

/** The builder page: conversation beside preview, or one of them at a time on a narrow screen. */
export function Builder({ project }: { project: Project }) {
  const pane = useSignal<Pane>('conversation');
  const viewState = useMemo(() => new ViewState(), [project]);
  const isNarrow = useNarrow();
  const controller = usePreviewController(project);
  const closePanel = useCallback(() => {
    if (controller.isPicking.peek()) controller.pick(false);
    else viewState.leave();
  }, [viewState, controller]);
  useShortcuts(project, closePanel);
  useTurnNotification(project);
  useHeightAboveKeyboard();
  useComposeOnPick(project, pane);
  const isDrawing = project.running.value || controller.isRedrawing.value;
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
                <LazyCreditLine project={project} />
              </div>
            </>
          }
          preview={<LazyPreviewPane project={project} controller={controller} viewState={viewState} />}
        />
        {isNarrow && <LazyLimitOverlay project={project} />}
      </main>
    </div>
  );
}
