import { computed, useSignal } from '@preact/signals';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { openDialog } from '../app.ts';
import { BuilderHeader } from '../components/builder-header.tsx';
import { Composer } from '../components/composer.tsx';
import { COMPOSER_ID } from '../components/composer-id.ts';
import { Conversation } from '../components/conversation.tsx';
import { LimitWallPlace } from '../components/limit-places.tsx';
import { type Pane, PaneSwitch } from '../components/pane-switch.tsx';
import { Queue } from '../components/queue.tsx';
import { SheetPlace } from '../components/sheet-place.tsx';
import { shortcutOf } from '../components/shortcuts.ts';
import { StageHost } from '../components/stage-host.ts';
import { StatusLine } from '../components/status-line.tsx';
import { SwipePanes } from '../components/swipe-panes.tsx';
import { jumpTurn } from '../components/turn-jump.ts';
import { useNarrow } from '../components/use-narrow.ts';
import { usePicked } from '../components/use-picked.ts';
import { useTurnNews } from '../components/use-turn-news.ts';
import { Desk } from '../state/desk.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';

const words = strings.builder;

function useShortcuts(project: Project, closePanel: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (!shortcut || openDialog.peek()) return;
      if (shortcut === 'close') return closePanel();
      event.preventDefault();
      if (shortcut === 'help') openDialog.value = 'keys';
      else if (shortcut === 'compose') document.getElementById(COMPOSER_ID)?.focus();
      else if (shortcut === 'previous' || shortcut === 'next') jumpTurn(shortcut === 'next' ? 1 : -1);
      else if (shortcut === 'stop') void project.stop();
      else if (project.running.value) return;
      else if (shortcut === 'undo' && project.detail.value?.canUndo) void project.undo();
      else if (shortcut === 'redo' && project.detail.value?.canRedo) void project.redo();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [project, closePanel]);
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

function useStageHost(project: Project): StageHost {
  return useMemo(() => {
    const revision = computed(() => {
      const { detail, view } = project;
      return Math.max(detail.value?.revision ?? 0, view.value.preview.revision);
    });
    return new StageHost(project, revision);
  }, [project]);
}

/** Conversation on one side, the sheet on the other; on a phone one of them at a time. */
export function Builder({ project }: { project: Project }) {
  const pane = useSignal<Pane>('conversation');
  const desk = useMemo(() => new Desk(), [project]);
  const isNarrow = useNarrow();
  const host = useStageHost(project);
  const leave = useCallback(() => {
    if (host.isPicking.peek()) host.pick(false);
    else desk.leave();
  }, [desk, host]);
  useShortcuts(project, leave);
  useTurnNews(project);
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
                {!isNarrow && <LimitWallPlace project={project} />}
                <StatusLine project={project} />
                <Queue project={project} />
                <Composer project={project} />
              </div>
            </>
          }
          preview={<SheetPlace project={project} host={host} desk={desk} />}
        />
        {isNarrow && <LimitWallPlace project={project} />}
      </main>
    </div>
  );
}
