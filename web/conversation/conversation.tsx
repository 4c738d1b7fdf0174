import { type Signal, useSignal } from '@preact/signals';
import { ArrowDown } from 'lucide';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { canSettle } from '../app/refusals.ts';
import { ServerSentence } from '../app/server-sentence.tsx';
import { LazyDemoLimits } from '../limits/lazy-limits.tsx';
import type { Project } from '../project/project.ts';
import { emptyView, type Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { memo } from '../ui/memo.tsx';
import { ScrollPane } from '../ui/scroll-pane.tsx';
import { whenIdle } from '../ui/when-idle.ts';
import { DemoNote } from './demo-note.tsx';
import { loadRenderer } from './markdown.tsx';
import { TurnIndex } from './turn-index.tsx';
import { Prompt, TurnView } from './turn-view.tsx';
import { useFollowNewest } from './use-follow-newest.ts';

/** Turns before the newest that are rendered at once. */
const FIRST_BATCH = 4;
/** Further turns rendered in each idle period. */
const IDLE_BATCH = 10;

interface EarlierTurnsProps {
  turns: readonly Turn[];
  /** Whether some turns are yet to be rendered. */
  isFilling: Signal<boolean>;
}

/** All turns but the newest. A long log renders its end at once and the rest in idle periods. */
const EarlierTurns = memo<EarlierTurnsProps>(function EarlierTurns({ turns, isFilling }) {
  const firstRendered = useRef(0);
  const previousLength = useRef(0);
  const [, forceUpdate] = useState({});
  if (turns.length - previousLength.current > FIRST_BATCH) firstRendered.current = turns.length - FIRST_BATCH;
  previousLength.current = turns.length;
  useLayoutEffect(() => {
    isFilling.value = firstRendered.current > 0;
    if (firstRendered.current === 0) return;
    return whenIdle(() => {
      firstRendered.current = Math.max(0, firstRendered.current - IDLE_BATCH);
      forceUpdate({});
    }, true);
  });
  return (
    <>
      {turns.slice(firstRendered.current).map((turn, index) => (
        <TurnView key={turn.id} turn={turn} index={firstRendered.current + index + 1} />
      ))}
    </>
  );
});

function EmptyConversation({ isLoading }: { isLoading: boolean }) {
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

/** Milliseconds after which the log is shown even if replay is incomplete. */
const MAX_REPLAY_WAIT_MS = 3000;

/** Whether the replayed events have caught up with the log's state at page load: shown earlier, the log would jump. */
function useCaughtUp(project: Project): boolean {
  const isShown = useSignal(project.isNew);
  const { detail, view, loaded } = project;
  const hasReplayed = loaded.value || (detail.value !== null && view.value.seq >= detail.value.seq);
  useEffect(() => {
    const timer = setTimeout(() => {
      isShown.value = true;
    }, MAX_REPLAY_WAIT_MS);
    return () => clearTimeout(timer);
  }, [isShown]);
  if (hasReplayed && !isShown.peek()) isShown.value = true;
  return isShown.value;
}

/** All turns of a project, newest last. Follows the newest line unless the visitor has scrolled up. */
export function Conversation({ project }: { project: Project }) {
  const { askToSettle, toasts } = useApp();
  const isFilling = useSignal(false);
  const isCaughtUp = useCaughtUp(project);
  const { turn, earlier, refusal } = isCaughtUp ? project.view.value : emptyView;
  const sending = project.sending.value;
  const canRepeat = !sending && turn?.mode !== 'fresh_start';
  const tryAgain = useCallback(() => project.sendAgain(), [project]);
  const { code, message, fields } = turn?.error ?? { code: '', message: '' };
  const resolve = useCallback(
    () => askToSettle(new ApiError(code, message, 0, fields), project.onceSettled()),
    [askToSettle, project, code, message, fields],
  );
  const edit = useCallback(() => {
    if (turn) void import('./edit-prompt.ts').then(({ editPrompt }) => editPrompt(project, turn, toasts));
  }, [project, turn, toasts]);

  // Load the renderer while the log is being fetched.
  useLayoutEffect(loadRenderer, []);
  const { pane, log, isAtEnd, onScroll, scrollToEnd } = useFollowNewest(sending);

  return (
    <div class="log-place">
      <div class="log-head">
        <TurnIndex turns={turn ? [...earlier, turn] : earlier} />
        <DemoNote isBrief={true} />
        <LazyDemoLimits project={project} />
      </div>
      <ScrollPane class="log" label={strings.turn.history} pane={pane} onScroll={onScroll}>
        <h1 class="print-title">{project.title.value || strings.builder.untitled}</h1>
        {/* Earlier turns must not be announced while they are filled in. */}
        <div role="log" aria-live={isFilling.value ? 'off' : 'polite'} aria-label={strings.turn.log} ref={log}>
          {!turn && !sending && <EmptyConversation isLoading={!project.loaded.value || !isCaughtUp} />}
          <EarlierTurns turns={earlier} isFilling={isFilling} />
          {turn && (
            <TurnView
              key={turn.id}
              turn={turn}
              index={earlier.length + 1}
              isNewestTurn={true}
              onTryAgain={turn.error?.retryable !== false && canRepeat ? tryAgain : undefined}
              onEdit={canRepeat ? edit : undefined}
              onResolve={canSettle(code) && canRepeat ? resolve : undefined}
            />
          )}
          {refusal && (
            <p class="notice">
              <ServerSentence told={refusal} />
            </p>
          )}
          {sending && (
            <article class="turn" aria-label={strings.turn.sending} aria-busy="true">
              <Prompt text={sending} isQuestion={project.outgoing.mode.value === 'ask'} />
            </article>
          )}
        </div>
      </ScrollPane>
      {!isAtEnd.value && (
        <button type="button" class="button to-latest" onClick={scrollToEnd}>
          <Icon node={ArrowDown} />
          {strings.builder.latest}
        </button>
      )}
    </div>
  );
}
