import { useSignal } from '@preact/signals';
import { toApiError } from '../api/api-error.ts';
import { type App, useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { settleSignIn } from './after-sign-in.ts';
import { attemptFailuresOf } from './attempt-failures.ts';
import { accountCallsOf } from './calls.ts';
import { createPasskey, hasPasskeys, usePasskey } from './passkey.ts';
import { redirectOut } from './redirect-out.ts';

const words = strings.signIn;

/** Leaves the page for a provider. A prompt that waits stays in its box. @throws ApiError */
export async function goToProvider(app: App, id: string): Promise<void> {
  const path = location.pathname;
  const { url } = await accountCallsOf(app).providerStart(id, path);
  redirectOut({ path, waits: app.refused.peek() !== null }, url);
}

/** Every way to sign in: a passkey, which is one tap, and the providers of this site. */
export function SignInOptions() {
  const app = useApp();
  const busy = useSignal<string | null>(null);
  const failure = attemptFailuresOf(app).signIn;
  const providers = app.account.value?.providers ?? [];
  const hasFiles = (app.project.value?.outgoing.attachments.items.value.length ?? 0) > 0;

  const attempt = async (said: string, way: () => Promise<void>) => {
    if (busy.value !== null) return;
    busy.value = said;
    failure.value = null;
    try {
      await way();
    } catch (error) {
      failure.value = toApiError(error);
      busy.value = null;
    }
  };
  const signIn = (way: typeof createPasskey) =>
    void attempt(words.working, async () => settleSignIn(app, await way(accountCallsOf(app))));

  return (
    <>
      <p>{words.lead}</p>
      {hasPasskeys() ? (
        <p class="dialog-actions">
          <button
            type="button"
            class="button is-main"
            disabled={busy.value !== null}
            onClick={() => signIn(createPasskey)}
          >
            {words.create}
          </button>
          <button type="button" class="button" disabled={busy.value !== null} onClick={() => signIn(usePasskey)}>
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
              disabled={busy.value !== null}
              onClick={() => void attempt(words.leaving(name), () => goToProvider(app, id))}
            >
              {words.provider(name)}
            </button>
          ))}
        </p>
      )}
      {providers.length > 0 && hasFiles && <p class="quiet">{words.filesLost}</p>}
      <p class="quiet" role="status">
        {busy.value}
      </p>
      {failure.value && <ErrorNotice error={failure.value} />}
    </>
  );
}
