import { useSignal } from '@preact/signals';
import { goAway } from '../account/away.ts';
import { calls } from '../account/calls.ts';
import { createPasskey, hasPasskeys, usePasskey } from '../account/passkey.ts';
import { cameBackWith, settleSignIn } from '../account/settle.ts';
import { account, project, refused } from '../app.ts';
import { toApiError } from '../state/api-error.ts';
import { strings } from '../strings.ts';
import { Notice } from './notice.tsx';

const words = strings.signIn;

/** Leaves the page for a provider. A prompt that waits stays in its box. @throws ApiError */
export async function goToProvider(id: string): Promise<void> {
  const path = location.pathname;
  const { url } = await calls.providerStart(id, path);
  goAway({ path, waits: refused.peek() !== null }, url);
}

/** Every way to sign in: a passkey, which is one tap, and the providers of this site. */
export function SignInDoors() {
  const busy = useSignal<string | null>(null);
  const failure = cameBackWith.signIn;
  const providers = account.value?.providers ?? [];
  const hasFiles = (project.value?.outgoing.attachments.items.value.length ?? 0) > 0;

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
  const signIn = (way: typeof createPasskey) => void attempt(words.working, async () => settleSignIn(await way()));

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
              onClick={() => void attempt(words.leaving(name), () => goToProvider(id))}
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
      {failure.value && <Notice error={failure.value} />}
    </>
  );
}
