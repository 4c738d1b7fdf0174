import { useSignal } from '@preact/signals';
import { ArrowDown } from 'lucide';
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import type { Project } from '../state/project.ts';
import type { Turn } from '../state/view.ts';
import { strings } from '../strings.ts';
import { Icon } from './icon.tsx';
import { memo } from './memo.tsx';
import { ScrollPane } from './scroll-pane.tsx';
import { Prompt, TurnView } from './turn.tsx';

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

/** What was said and done, newest last. It follows the newest line unless the visitor has scrolled up. */
export function Conversation({ project }: { project: Project }) {
  const scroller = useRef<HTMLElement>(null);
  const isAtEnd = useSignal(true);
  const { turn, earlier, refusal } = project.view.value;
  const sending = project.sending.value;
  const tryAgain = useCallback(() => void project.send(turn?.prompt ?? ''), [project, turn?.prompt]);

  const goToEnd = () => {
    const log = scroller.current;
    if (log) log.scrollTop = log.scrollHeight;
  };
  useLayoutEffect(() => {
    if (isAtEnd.peek()) goToEnd();
  });
  const onScroll = () => {
    const log = scroller.current;
    if (log) isAtEnd.value = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  };

  return (
    <div class="log-place">
      <ScrollPane class="log" label={strings.turn.history} pane={scroller} onScroll={onScroll}>
        <div role="log" aria-label={strings.turn.log}>
          {!turn && !sending && <Empty isLoading={!project.loaded.value} />}
          <Earlier turns={earlier} />
          {turn && (
            <TurnView
              key={turn.id}
              turn={turn}
              index={earlier.length + 1}
              onTryAgain={turn.error?.retryable !== false && !sending ? tryAgain : undefined}
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
