import { useSignal } from '@preact/signals';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { forgetInAllTabs } from '../app/forget-local-data.ts';
import { strings } from '../strings/strings.ts';
import { FetchedList } from '../ui/fetched-list.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { accountActsOf, doAct } from './account-acts.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { AccountSection } from './account-section.tsx';

const words = strings.logins;

/** The signed-in browsers; signs out this one, another one, or all of them. */
export function LoginsSection() {
  const app = useApp();
  const { account, loadAccount, loadProjects, toasts } = app;
  const calls = accountCallsOf(app);
  const refreshCount = useSignal(0);
  const failure = useSignal<ApiError | null>(null);
  const acts = accountActsOf(app);
  const list = useFetched(calls.logins, refreshCount.value + acts.count.value);
  const attempt = async (call: () => Promise<void>) => {
    failure.value = null;
    try {
      await call();
    } catch (error) {
      failure.value = toApiError(error);
    }
  };
  const signOutHere = async () => {
    await calls.signOut(false);
    forgetInAllTabs();
    account.value = null;
    await loadAccount();
    await loadProjects();
    toasts.show(words.isOut);
  };
  return (
    <AccountSection heading={words.heading}>
      <p>{words.lead}</p>
      <FetchedList
        list={list}
        loading={words.loading}
        failed={words.failed}
        onRetry={() => {
          refreshCount.value += 1;
        }}
      >
        {(entries) => (
          <ul class="account-lines">
            {entries.map(({ id, device, current, seenAt }) => (
              <li key={id}>
                <span class="line-words">
                  {words.device(device)}
                  <span class="quiet">{current ? words.current : words.seen(seenAt)}</span>
                </span>
                {!current && (
                  <button
                    type="button"
                    class="text-button"
                    aria-label={words.out(words.device(device))}
                    onClick={() => void attempt(() => doAct(app, { kind: 'end_login', id }))}
                  >
                    {words.signOut}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </FetchedList>
      {failure.value && <ErrorNotice error={failure.value} />}
      <p class="dialog-actions">
        <button type="button" class="button" onClick={() => void attempt(signOutHere)}>
          {words.signOut}
        </button>
        <button
          type="button"
          class="text-button"
          onClick={() => void attempt(() => doAct(app, { kind: 'sign_out_everywhere' }))}
        >
          {words.everywhere}
        </button>
      </p>
    </AccountSection>
  );
}
