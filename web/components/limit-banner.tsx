import { useSignal } from '@preact/signals';
import type { EventData } from '../../src/protocol/events.ts';
import { openDialog, refused } from '../app.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { useNow } from './use-now.ts';

const words = strings.limit;

function Banner({
  limit,
  onRetry,
  onDismiss,
}: {
  limit: EventData<'credit_exhausted'>;
  onRetry(): void;
  onDismiss(): void;
}) {
  const now = useNow(limit.resetsAt !== null);
  const isLocked = limit.resetsAt !== null && limit.resetsAt > now;
  return (
    <section class="limit" role="alert" aria-labelledby="limit-heading">
      <h2 id="limit-heading">{words.heading}</h2>
      <p>{limit.message}</p>
      {limit.payer !== 'connection' && <p>{words.shared}</p>}
      {limit.resetsAt !== null && <p aria-live="off">{isLocked ? words.resets(limit.resetsAt, now) : words.lifted}</p>}
      <p class="limit-actions">
        <button type="button" class="button" disabled={isLocked} onClick={onRetry}>
          {strings.tryAgain}
        </button>
        {limit.payer !== 'connection' && (
          <button
            type="button"
            class="button"
            onClick={() => {
              refused.value = null;
              openDialog.value = 'payer';
            }}
          >
            {strings.builder.settle}
          </button>
        )}
        <button type="button" class="text-button" onClick={onDismiss}>
          {strings.dismiss}
        </button>
      </p>
    </section>
  );
}

/** The newest turn could not go on because a limit is reached; stays until it is dismissed or another turn starts. */
export function LimitBanner({ project }: { project: Project }) {
  const dismissed = useSignal<string | null>(null);
  const { turn } = project.view.value;
  if (!turn?.exhausted || turn.id === dismissed.value) return null;
  return (
    <Banner
      limit={turn.exhausted}
      onRetry={() => void project.send(turn.prompt, { force: true })}
      onDismiss={() => {
        dismissed.value = turn.id;
      }}
    />
  );
}
