import { useSignal } from '@preact/signals';
import type { ApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/dialog.tsx';
import { accountActsOf, type WaitingAct } from './account-acts.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { signInWithPasskey, supportsPasskeys } from './passkey.ts';
import { redirectOut } from './redirect-out.ts';
import { useAttempt } from './use-attempt.ts';

const words = strings.proof;

function Proof({ pending: { act, refusal, settle } }: { pending: WaitingAct }) {
  const app = useApp();
  const failure = useSignal<ApiError | null>(null);
  const { attempt, busyMessage } = useAttempt(failure);
  const known = Array.isArray(refusal.fields.providers) ? refusal.fields.providers : [];
  const providers = (app.account.value?.providers ?? []).filter(({ id }) => known.includes(id));
  const hasPasskey = refusal.fields.passkey === true && supportsPasskeys();

  const byPasskey = async () => {
    await signInWithPasskey(accountCallsOf(app));
    settle(true);
  };
  const byProvider = async (id: string) => {
    const path = location.pathname;
    const { url } = await accountCallsOf(app).providerStart(id, path, true);
    redirectOut({ path, waits: false, act }, url);
  };

  return (
    <Dialog heading={words.heading} onClose={() => settle(false)}>
      <p>{words.lead}</p>
      <p class="dialog-actions">
        {hasPasskey && (
          <button
            type="button"
            class="button is-main"
            disabled={busyMessage.value !== null}
            onClick={() => void attempt(strings.signIn.working, byPasskey)}
          >
            {words.passkey}
          </button>
        )}
        {providers.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            class="button"
            disabled={busyMessage.value !== null}
            onClick={() => void attempt(strings.signIn.leaving(name), () => byProvider(id))}
          >
            {strings.signIn.provider(name)}
          </button>
        ))}
      </p>
      {!hasPasskey && providers.length === 0 && <p class="quiet">{words.none}</p>}
      <p class="quiet" role="status">
        {busyMessage.value}
      </p>
      {failure.value && <ErrorNotice error={failure.value} />}
    </Dialog>
  );
}

/** Asks who is signed in to prove that they are there, by a way in which they sign in. Then the act that was refused goes on by itself. */
export function ProofDialog() {
  const pending = accountActsOf(useApp()).waiting.value;
  return pending && <Proof key={pending.number} pending={pending} />;
}
