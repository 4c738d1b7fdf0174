import { isBlank } from '../../src/protocol/is-blank.ts';
import type { ApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';
import { useNow } from '../ui/use-now.ts';
import { START_AFTER_MS } from './limit-overlay-state.ts';

const words = strings.limit;

/** The notice of a prompt refused because the visitor's Claude is at its limit. The prompt is still in the box. */
export function LimitRefusal({ error }: { error: ApiError }) {
  const { project, refused, addToNextChat } = useApp();
  const now = useNow(true);
  const { resetsAt, message } = error.fields;
  const opensAt = typeof resetsAt === 'number' ? resetsAt : null;
  const isClosed = opensAt !== null && opensAt > now;
  const outgoing = project.value?.outgoing;
  const sendAgain = () => {
    const refusedPrompt = refused.peek();
    refused.value = null;
    addToNextChat({ force: true });
    refusedPrompt?.again();
  };
  return (
    <div class="notice is-limit">
      <p role="alert">
        {isClosed ? words.notSent(opensAt, now) : words.notSentOpen}
        {typeof message === 'string' && (
          <q class="claude-words" lang="en">
            {message}
          </q>
        )}
      </p>
      <p class="limit-actions">
        {refused.value?.error === error && (
          <button type="button" class="button" onClick={sendAgain}>
            {isClosed ? words.tryAnyway : strings.send}
          </button>
        )}
        {isClosed && outgoing && !isBlank(outgoing.text.value) && (
          <button
            type="button"
            class="button"
            onClick={() => void outgoing.send({ notBefore: opensAt + START_AFTER_MS })}
          >
            {words.startThen(opensAt, now)}
          </button>
        )}
      </p>
    </div>
  );
}
