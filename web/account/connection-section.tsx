import { useSignal } from '@preact/signals';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { AccountSection } from './account-section.tsx';
import { accountCallsOf } from './calls.ts';
import { ConnectClaude } from './connect-claude.tsx';
import { connectionName } from './connection-name.ts';

const words = strings.connect;

/** The account's own connection: made, replaced, forgotten. */
export function ConnectionSection() {
  const app = useApp();
  const { account, loadAccount, toasts } = app;
  const asks = useSignal<'replace' | 'forget' | null>(null);
  const failure = useSignal<ApiError | null>(null);
  const connection = account.value?.connection ?? null;

  const forget = async () => {
    asks.value = null;
    failure.value = null;
    try {
      await accountCallsOf(app).disconnect();
      await loadAccount();
      toasts.show(words.forgotten);
    } catch (error) {
      failure.value = toApiError(error);
    }
  };
  const ask = (what: 'replace' | 'forget' | null) => () => {
    asks.value = what;
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
          {words.broken} {broken}
        </p>
      )}
      {asks.value === 'forget' ? (
        <>
          <p>{words.forgetSure}</p>
          <p class="dialog-actions">
            <button type="button" class="button" onClick={() => void forget()}>
              {words.forgetYes}
            </button>
            <button type="button" class="text-button" onClick={ask(null)}>
              {words.keep}
            </button>
          </p>
        </>
      ) : (
        <p class="dialog-actions">
          {asks.value === null && (
            <button type="button" class="button" onClick={ask('replace')}>
              {broken === null ? words.replace : words.again}
            </button>
          )}
          {asks.value === 'replace' && (
            <button type="button" class="text-button" onClick={ask(null)}>
              {words.keep}
            </button>
          )}
          <button type="button" class="text-button" onClick={ask('forget')}>
            {words.forget}
          </button>
        </p>
      )}
      {failure.value && <ErrorNotice error={failure.value} />}
      {/* A new one is a new form. */}
      {asks.value === 'replace' && <ConnectClaude key={since} />}
    </AccountSection>
  );
}
