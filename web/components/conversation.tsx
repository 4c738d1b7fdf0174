import { useSignal } from '@preact/signals';
import { ArrowDown } from 'lucide';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { askToSettle, canSettle, toasts } from '../app.ts';
import { ApiError } from '../state/api-error.ts';
import type { Project } from '../state/project.ts';
import { emptyView, type Turn } from '../state/view.ts';
import { strings } from '../strings.ts';
import { COMPOSER_ID } from './composer-id.ts';
import { DemoNote } from './demo-note.tsx';
import { Icon } from './icon.tsx';
import { memo } from './memo.tsx';
import { recallPrompt } from './recall-prompt.ts';
import { ScrollPane } from './scroll-pane.tsx';
import { Prompt, TurnView } from './turn.tsx';
import { TurnIndex } from './turn-index.tsx';

/** Pixels from the end within which the log still counts as read to the end. */
const NEAR_END = 60;

const Earlier = memo<{ turns: readonly Turn[] }>(function Earlier({ turns }) {
  return (
    <>
      {turns.map((turn, index) => (
        <TurnView key={turn.id} turn={turn} index={index + 1} />
      ))}
    </>
  );
});

function Empty({ isLoading }: { isLoading: boolean }) {
  if (isLoading) {
    return (
      <p class="empty" role="status">
        {strings.loading}
      </p>
    );
  }
  return (
    <div class="empty">
      <p class="empty-heading">{strings.turn.emptyHeading}</p>
      <p>{strings.turn.empty}</p>
    </div>
  );
}

/** Puts the last prompt back into the box; what its turn has changed can be taken back first. */
function editLast(project: Project, turn: Turn): void {
  recallPrompt(turn.prompt);
  const stands = turn.version !== null && project.detail.peek()?.version === turn.version;
  if (!stands) return;
  toasts.show(strings.talk.undoFirst, {
    forMs: 20_000,
    action: {
      label: strings.talk.undoTurn,
      run: () => {
        void project.undo().then((done) => done && toasts.show(strings.talk.taken));
        document.getElementById(COMPOSER_ID)?.focus();
      },
    },
  });
}

/** Milliseconds after which the log is shown as far as it has come. */
const LONGEST_WAIT_MS = 3000;

/** Whether the log has been read to where it stood when the page was opened: shown piece by piece it would jump. */
function useCaughtUp(project: Project): boolean {
  const isShown = useSignal(project.isNew);
  const { detail, view, loaded } = project;
  const isThere = loaded.value || (detail.value !== null && view.value.seq >= detail.value.seq);
  useEffect(() => {
    const timer = setTimeout(() => {
      isShown.value = true;
    }, LONGEST_WAIT_MS);
    return () => clearTimeout(timer);
  }, [isShown]);
  if (isThere && !isShown.peek()) isShown.value = true;
  return isShown.value;
}

/** What was said and done, newest last. It follows the newest line unless the visitor has scrolled up. */
export function Conversation({ project }: { project: Project }) {
  const scroller = useRef<HTMLElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useSignal(true);
  const isCaughtUp = useCaughtUp(project);
  const { turn, earlier, refusal } = isCaughtUp ? project.view.value : emptyView;
  const sending = project.sending.value;
  const tryAgain = useCallback(() => project.sendAgain(), [project]);
  const { code, message } = turn?.error ?? { code: '', message: '' };
  const settle = useCallback(
    () => askToSettle(new ApiError(code, message), () => project.sendAgain()),
    [project, code, message],
  );
  const edit = useCallback(() => turn && editLast(project, turn), [project, turn]);

  /** How high the log was when the reader's place in it was last known. */
  const knownHeight = useRef(0);

  const goToEnd = () => {
    const pane = scroller.current;
    if (!pane) return;
    isAtEnd.value = true;
    pane.scrollTop = pane.scrollHeight;
    knownHeight.current = pane.scrollHeight;
  };
  useLayoutEffect(() => {
    // Who sends wants to see what comes of it.
    if (sending !== null) goToEnd();
  }, [sending]);
  useLayoutEffect(() => {
    if (isAtEnd.peek()) goToEnd();
  });
  useLayoutEffect(() => {
    // Turns get their true height when they are first drawn, and Markdown when it has been read.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.peek()) goToEnd();
    });
    if (log.current) observer.observe(log.current);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [isAtEnd]);
  const onScroll = () => {
    const pane = scroller.current;
    if (!pane) return;
    // The log may have grown since it was scrolled: then its reader has not left the end, the end has left its reader.
    const height = Math.min(pane.scrollHeight, knownHeight.current);
    isAtEnd.value = height - pane.scrollTop - pane.clientHeight < NEAR_END;
    knownHeight.current = pane.scrollHeight;
  };

  return (
    <div class="log-place">
      <div class="log-head">
        <TurnIndex turns={turn ? [...earlier, turn] : earlier} />
        <DemoNote />
      </div>
      <ScrollPane class="log" label={strings.turn.history} pane={scroller} onScroll={onScroll}>
        <h1 class="print-title">{project.title.value || strings.builder.untitled}</h1>
        <div role="log" aria-label={strings.turn.log} ref={log}>
          {!turn && !sending && <Empty isLoading={!project.loaded.value || !isCaughtUp} />}
          <Earlier turns={earlier} />
          {turn && (
            <TurnView
              key={turn.id}
              turn={turn}
              index={earlier.length + 1}
              isNear={true}
              onTryAgain={turn.error?.retryable !== false && !sending ? tryAgain : undefined}
              onEdit={sending ? undefined : edit}
              onSettle={canSettle(code) && !sending ? settle : undefined}
            />
          )}
          {refusal && <p class="notice">{refusal.message}</p>}
          {sending && (
            <article class="turn" aria-label={strings.turn.sending} aria-busy="true">
              <Prompt text={sending} />
            </article>
          )}
        </div>
      </ScrollPane>
      {!isAtEnd.value && (
        <button type="button" class="button to-latest" onClick={goToEnd}>
          <Icon node={ArrowDown} />
          {strings.builder.latest}
        </button>
      )}
    </div>
  );
}
