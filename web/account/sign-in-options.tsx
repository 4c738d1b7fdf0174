import { type App, useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { completeSignIn } from './after-sign-in.ts';
import { attemptFailuresOf } from './attempt-failures.ts';
import { createPasskey, signInWithPasskey, supportsPasskeys } from './passkey.ts';
import { redirectOut } from './redirect-out.ts';
import { useAttempt } from './use-attempt.ts';

const words = strings.signIn;

/** Leaves the page for a provider. A refused prompt stays in the box, as a draft. @throws ApiError */
export async function redirectToProvider(app: App, id: string): Promise<void> {
  const path = location.pathname;
  const { url } = await accountCallsOf(app).providerStart(id, path);
  redirectOut({ path, waits: app.refused.peek() !== null }, url);
}

/** All ways to sign in: a passkey, and the site's providers. */
export function SignInOptions() {
  const app = useApp();
  const failure = attemptFailuresOf(app).signIn;
  const { attempt, busyMessage } = useAttempt(failure);
  const providers = app.account.value?.providers ?? [];
  const hasFiles = (app.project.value?.outgoing.attachments.items.value.length ?? 0) > 0;

  const signIn = (action: typeof createPasskey) =>
    void attempt(words.working, async () => completeSignIn(app, await action(accountCallsOf(app))));

  return (
    <>
      <p>{words.lead}</p>
      {supportsPasskeys() ? (
        <p class="dialog-actions">
          <button
            type="button"
            class="button is-main"
            disabled={busyMessage.value !== null}
            onClick={() => signIn(createPasskey)}
          >
            {words.create}
          </button>
          <button
            type="button"
            class="button"
            disabled={busyMessage.value !== null}
            onClick={() => signIn(signInWithPasskey)}
          >
            {words.have}
          </button>
        </p>
      ) : (
        <p class="quiet">{words.unsupported}</p>
      )}
      {providers.length > 0 && (
        <p class="dialog-actions">
          {providers.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              class="button"
              disabled={busyMessage.value !== null}
              onClick={() => void attempt(words.leaving(name), () => redirectToProvider(app, id))}
            >
              {words.provider(name)}
            </button>
          ))}
        </p>
      )}
      {providers.length > 0 && hasFiles && <p class="quiet">{words.filesLost}</p>}
      <p class="quiet" role="status">
        {busyMessage.value}
      </p>
      {failure.value && <ErrorNotice error={failure.value} />}
    </>
  );
}
