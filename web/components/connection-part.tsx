import { useSignal } from '@preact/signals';
import { calls } from '../account/calls.ts';
import { connectionInWords } from '../account/connection-words.ts';
import { account, loadAccount, toasts } from '../app.ts';
import { type ApiError, toApiError } from '../state/api-error.ts';
import { strings } from '../strings.ts';
import { AccountPart } from './account-part.tsx';
import { ConnectClaude } from './connect-claude.tsx';
import { Notice } from './notice.tsx';

const words = strings.connect;

/** The account's own connection: made, replaced, forgotten. */
export function ConnectionPart() {
  const asks = useSignal<'replace' | 'forget' | null>(null);
  const failure = useSignal<ApiError | null>(null);
  const connection = account.value?.connection ?? null;

  const forget = async () => {
    asks.value = null;
    failure.value = null;
    try {
      await calls.disconnect();
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
      <AccountPart heading={words.heading}>
        <ConnectClaude />
      </AccountPart>
    );
  const { since, broken } = connection;
  return (
    <AccountPart heading={words.own}>
      <p>{words.connected(connectionInWords(connection), since)}</p>
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
      {failure.value && <Notice error={failure.value} />}
      {/* A new one is a new form. */}
      {asks.value === 'replace' && <ConnectClaude key={since} />}
    </AccountPart>
  );
}
