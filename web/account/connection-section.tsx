import { useSignal } from '@preact/signals';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { AccountSection } from './account-section.tsx';
import { ConnectClaude } from './connect-claude.tsx';
import { brokenSentence, connectionName } from './connection-name.ts';

const words = strings.connect;

/** The account's own connection to Claude: connect, replace, forget. */
export function ConnectionSection() {
  const app = useApp();
  const { account, loadAccount, toasts } = app;
  const openAction = useSignal<'replace' | 'forget' | null>(null);
  const failure = useSignal<ApiError | null>(null);
  const connection = account.value?.connection ?? null;

  const forget = async () => {
    openAction.value = null;
    failure.value = null;
    try {
      await accountCallsOf(app).disconnect();
      await loadAccount();
      toasts.show(words.forgotten);
    } catch (error) {
      failure.value = toApiError(error);
    }
  };
  const setOpenAction = (action: 'replace' | 'forget' | null) => () => {
    openAction.value = action;
  };

  if (!connection)
    return (
      <AccountSection heading={words.heading}>
        <ConnectClaude />
      </AccountSection>
    );
  const { since, broken } = connection;
  return (
    <AccountSection heading={words.own}>
      <p>{words.connected(connectionName(connection), since)}</p>
      {broken !== null && (
        <p class="notice" role="alert">
          {words.broken} {brokenSentence(connection)}
        </p>
      )}
      {openAction.value === 'forget' ? (
        <>
          <p>{words.forgetSure}</p>
          <p class="dialog-actions">
            <button type="button" class="button" onClick={() => void forget()}>
              {words.forgetYes}
            </button>
            <button type="button" class="text-button" onClick={setOpenAction(null)}>
              {words.keep}
            </button>
          </p>
        </>
      ) : (
        <p class="dialog-actions">
          {openAction.value === null && (
            <button type="button" class="button" onClick={setOpenAction('replace')}>
              {broken === null ? words.replace : words.again}
            </button>
          )}
          {openAction.value === 'replace' && (
            <button type="button" class="text-button" onClick={setOpenAction(null)}>
              {words.keep}
            </button>
          )}
          <button type="button" class="text-button" onClick={setOpenAction('forget')}>
            {words.forget}
          </button>
        </p>
      )}
      {failure.value && <ErrorNotice error={failure.value} />}
      {/* The key resets the form for each new connection. */}
      {openAction.value === 'replace' && <ConnectClaude key={since} />}
    </AccountSection>
  );
}
