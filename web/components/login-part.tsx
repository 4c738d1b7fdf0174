import { useSignal } from '@preact/signals';
import { calls } from '../account/calls.ts';
import { forgetTraces } from '../account/local-traces.ts';
import { account, loadAccount, loadProjects, toasts } from '../app.ts';
import { type ApiError, toApiError } from '../state/api-error.ts';
import { strings } from '../strings.ts';
import { AccountPart } from './account-part.tsx';
import { Listed } from './listed.tsx';
import { Notice } from './notice.tsx';
import { useFetched } from './use-fetched.ts';

const words = strings.logins;

/** The browsers that are signed in, and the way out of this one and of all. */
export function LoginPart() {
  const round = useSignal(0);
  const failure = useSignal<ApiError | null>(null);
  const list = useFetched(calls.logins, round.value);
  const signOut = async (everywhere: boolean) => {
    failure.value = null;
    try {
      await calls.signOut(everywhere);
      forgetTraces();
      account.value = null;
      await loadAccount();
      await loadProjects();
      toasts.show(words.isOut);
    } catch (error) {
      failure.value = toApiError(error);
    }
  };
  return (
    <AccountPart heading={words.heading}>
      <p>{words.lead}</p>
      <Listed
        list={list}
        loading={words.loading}
        failed={words.failed}
        onRetry={() => {
          round.value += 1;
        }}
      >
        {(entries) => (
          <ul class="account-lines">
            {entries.map(({ id, device, current, seenAt }) => (
              <li key={id}>
                <span class="line-words">
                  {device}
                  <span class="quiet">{current ? words.current : words.seen(seenAt)}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Listed>
      {failure.value && <Notice error={failure.value} />}
      <p class="dialog-actions">
        <button type="button" class="button" onClick={() => void signOut(false)}>
          {words.signOut}
        </button>
        <button type="button" class="text-button" onClick={() => void signOut(true)}>
          {words.everywhere}
        </button>
      </p>
    </AccountPart>
  );
}
