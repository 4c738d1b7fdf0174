import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { applyAccountChange } from './after-sign-in.ts';
import { attemptFailuresOf } from './attempt-failures.ts';
import { connectionName } from './connection-name.ts';
import { redirectOut } from './redirect-out.ts';
import { withLead } from './with-lead.ts';

const words = strings.connect;

/** Whether the OAuth redirect URI is on this site; otherwise Claude shows a code to paste. */
function redirectsHere(url: string): boolean {
  const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
  return URL.canParse(redirectUri) && new URL(redirectUri).origin === location.origin;
}

function PasteCodeForm({ url, onFailed }: { url: string; onFailed(error: ApiError): void }) {
  const app = useApp();
  const field = useRef<HTMLInputElement>(null);
  const isFinishing = useSignal(false);
  const id = useId();
  useEffect(() => field.current?.focus(), []);

  const finish = async (event: Event) => {
    event.preventDefault();
    const input = field.current;
    const code = input?.value.trim() ?? '';
    if (!input || code === '' || isFinishing.value) return input?.focus();
    input.value = '';
    isFinishing.value = true;
    try {
      const connection = await accountCallsOf(app).oauthFinish(code);
      await applyAccountChange(app, words.done(connectionName(connection)));
    } catch (error) {
      onFailed(withLead(words.oauthFailed, error));
    }
    isFinishing.value = false;
  };

  return (
    <form class="connect" onSubmit={(event) => void finish(event)}>
      <p>
        {words.codeLead}{' '}
        <a href={url} target="_blank" rel="noopener noreferrer">
          {words.oauthOpen}
        </a>
      </p>
      <label for={id}>{words.code}</label>
      <div class="connect-line">
        <input ref={field} id={id} autocomplete="off" spellcheck={false} maxLength={4000} data-1p-ignore />
        <button type="submit" class="button is-main" disabled={isFinishing.value}>
          {words.connect}
        </button>
      </div>
      <p class="quiet" role="status">
        {isFinishing.value && words.finishing}
      </p>
    </form>
  );
}

/** Connects a Claude account by OAuth: by a redirect back to this page, or by a pasted code. */
export function ConnectOAuth() {
  const app = useApp();
  const url = useSignal<string | null>(null);
  const isStarting = useSignal(false);
  const failure = attemptFailuresOf(app).connect;

  const start = async () => {
    isStarting.value = true;
    failure.value = null;
    try {
      const started = await accountCallsOf(app).oauthStart();
      const { pathname: path } = location;
      if (redirectsHere(started.url)) return redirectOut({ path, waits: app.refused.peek() !== null }, started.url);
      // A pop-up blocker may prevent it; the form then offers a link.
      open(started.url, '_blank', 'noopener');
      url.value = started.url;
    } catch (error) {
      failure.value = toApiError(error);
    }
    isStarting.value = false;
  };

  return (
    <>
      <p>{words.oauthLead}</p>
      <details>
        <summary>{words.oauthWhat}</summary>
        <ul class="points">
          {words.oauthPoints.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </details>
      {url.value === null ? (
        <p class="dialog-actions">
          <button type="button" class="button is-main" disabled={isStarting.value} onClick={() => void start()}>
            {words.oauth}
          </button>
          <span class="quiet" role="status">
            {isStarting.value && words.oauthGoing}
          </span>
        </p>
      ) : (
        <PasteCodeForm
          url={url.value}
          onFailed={(error) => {
            // The OAuth state is used up: a retry starts a new flow.
            url.value = null;
            failure.value = error;
          }}
        />
      )}
      {failure.value && <ErrorNotice error={failure.value} />}
    </>
  );
}
