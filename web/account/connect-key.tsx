import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { type ApiError, ownError, toApiError } from '../api/api-error.ts';
import { serverNow } from '../api/server-clock.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { applyAccountChange } from './after-sign-in.ts';
import { connectionName } from './connection-name.ts';
import { withLead } from './with-lead.ts';

const words = strings.connect;

/** The page of the Claude Console on which keys are created. */
const KEY_PAGE_URL = 'https://platform.claude.com/settings/keys';

/** @returns the failed check in words: Claude's own reason, or the time of the next allowed try */
function describeFailure(error: unknown): ApiError {
  const problem = toApiError(error);
  const { code, fields } = problem;
  if (code === 'key_rejected') return withLead(words.rejected, problem);
  if (code === 'demo_mode') return ownError(words.demo);
  if (code === 'too_many_requests' && typeof fields.retryAfter === 'number')
    return ownError(words.later(serverNow() + fields.retryAfter * 1000));
  return problem;
}

/** A form for an API key. The key is held by the input alone (no state), and cleared from it on submit. */
export function ConnectKey() {
  const app = useApp();
  const field = useRef<HTMLInputElement>(null);
  const isChecking = useSignal(false);
  const failure = useSignal<ApiError | null>(null);
  const id = useId();

  const connect = async (event: Event) => {
    event.preventDefault();
    const input = field.current;
    const key = input?.value.trim() ?? '';
    if (!input || key === '' || isChecking.value) return input?.focus();
    input.value = '';
    isChecking.value = true;
    failure.value = null;
    try {
      const connection = await accountCallsOf(app).connectKey(key);
      await applyAccountChange(app, words.done(connectionName(connection)));
    } catch (error) {
      failure.value = describeFailure(error);
      input.focus();
    }
    isChecking.value = false;
  };

  return (
    <form class="connect" onSubmit={(event) => void connect(event)}>
      <label for={id}>{words.key}</label>
      <div class="connect-line">
        <input
          ref={field}
          id={id}
          type="password"
          autocomplete="off"
          spellcheck={false}
          maxLength={500}
          data-1p-ignore
        />
        <button type="submit" class="button is-main" disabled={isChecking.value}>
          {words.connect}
        </button>
      </div>
      <p class="quiet" role="status">
        {isChecking.value && words.checking}
      </p>
      {failure.value && <ErrorNotice error={failure.value} />}
      <p class="quiet">
        <a href={KEY_PAGE_URL} target="_blank" rel="noopener noreferrer">
          {words.where}
        </a>{' '}
        ({words.newTab})
      </p>
      <details>
        <summary>{words.keyWhat}</summary>
        <ul class="points">
          {words.keyPoints.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </details>
    </form>
  );
}
