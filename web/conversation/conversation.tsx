import { type Signal, useSignal } from '@preact/signals';
import { ArrowDown } from 'lucide';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { canSettle } from '../app/refusals.ts';
import { fillPromptBox } from '../composer/fill-prompt-box.ts';
import { LazyDemoLimits } from '../limits/lazy-limits.tsx';
import type { Project } from '../project/project.ts';
import { emptyView, type Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import { Icon } from '../ui/icon.tsx';
import { memo } from '../ui/memo.tsx';
import { ScrollPane } from '../ui/scroll-pane.tsx';
import type { Toasts } from '../ui/toasts.ts';
import { whenIdle } from '../ui/when-idle.ts';
import { DemoNote } from './demo-note.tsx';
import { askForRenderer } from './markdown.tsx';
import { Prompt, TurnView } from './turn.tsx';
import { TurnIndex } from './turn-index.tsx';

/** Pixels from the end within which the log still counts as read to the end. */
const NEAR_END = 60;

/** Turns before the newest that are drawn at once. */
const AT_ONCE = 4;
/** And more of them each time that the browser has nothing else to do. */
const AT_LEISURE = 10;

interface EarlierProps {
  turns: readonly Turn[];
  /** Whether some of them are still to be drawn. */
  isFilling: Signal<boolean>;
}

/** All turns but the newest. Of a long log its end is there at once, the rest soon after. */
const Earlier = memo<EarlierProps>(function Earlier({ turns, isFilling }) {
  const from = useRef(0);
  const known = useRef(0);
  const [, redraw] = useState({});
  if (turns.length - known.current > AT_ONCE) from.current = turns.length - AT_ONCE;
  known.current = turns.length;
  useLayoutEffect(() => {
    isFilling.value = from.current > 0;
    if (from.current === 0) return;
    return whenIdle(() => {
      from.current = Math.max(0, from.current - AT_LEISURE);
      redraw({});
    }, true);
  });
  return (
    <>
      {turns.slice(from.current).map((turn, index) => (
        <TurnView key={turn.id} turn={turn} index={from.current + index + 1} />
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
function editLast(project: Project, turn: Turn, toasts: Toasts): void {
  fillPromptBox(turn.prompt);
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
  const { askToSettle, toasts } = useApp();
  const scroller = useRef<HTMLElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useSignal(true);
  const isFilling = useSignal(false);
  const isCaughtUp = useCaughtUp(project);
  const { turn, earlier, refusal } = isCaughtUp ? project.view.value : emptyView;
  const sending = project.sending.value;
  const tryAgain = useCallback(() => project.sendAgain(), [project]);
  const { code, message } = turn?.error ?? { code: '', message: '' };
  const settle = useCallback(
    () => askToSettle(new ApiError(code, message), () => project.sendAgain()),
    [askToSettle, project, code, message],
  );
  const edit = useCallback(() => turn && editLast(project, turn, toasts), [project, turn, toasts]);

  /** How high the log was, and the pane, when the reader's place was last known. */
  const known = useRef({ log: 0, pane: 0 });

  const goToEnd = () => {
    const pane = scroller.current;
    if (!pane) return;
    isAtEnd.value = true;
    pane.scrollTop = pane.scrollHeight;
    known.current = { log: pane.scrollHeight, pane: pane.clientHeight };
  };
  // While the log is on its way.
  useLayoutEffect(askForRenderer, []);
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
    // The log may have grown since it was scrolled, or the pane shrunk: then its reader has not left the end, the end has left its reader.
    const { scrollTop, scrollHeight, clientHeight } = pane;
    const height = Math.min(scrollHeight, known.current.log);
    isAtEnd.value = height - scrollTop - Math.max(clientHeight, known.current.pane) < NEAR_END;
    known.current = { log: scrollHeight, pane: clientHeight };
  };

  return (
    <div class="log-place">
      <div class="log-head">
        <TurnIndex turns={turn ? [...earlier, turn] : earlier} />
        <DemoNote isBrief={true} />
        <LazyDemoLimits project={project} />
      </div>
      <ScrollPane class="log" label={strings.turn.history} pane={scroller} onScroll={onScroll}>
        <h1 class="print-title">{project.title.value || strings.builder.untitled}</h1>
        {/* What was said long ago is not read out. */}
        <div role="log" aria-live={isFilling.value ? 'off' : 'polite'} aria-label={strings.turn.log} ref={log}>
          {!turn && !sending && <Empty isLoading={!project.loaded.value || !isCaughtUp} />}
          <Earlier turns={earlier} isFilling={isFilling} />
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
