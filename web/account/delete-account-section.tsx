import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { doAct } from './account-acts.ts';
import { AccountSection } from './account-section.tsx';

const words = strings.removal;

function Confirmation({ onCancel }: { onCancel(): void }) {
  const app = useApp();
  const typed = useSignal('');
  const isWorking = useSignal(false);
  const failure = useSignal<ApiError | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  const isConfirmed = typed.value.trim().toLocaleLowerCase() === words.word;

  const remove = async (event: Event) => {
    event.preventDefault();
    if (!isConfirmed || isWorking.value) return;
    isWorking.value = true;
    failure.value = null;
    try {
      await doAct(app, { kind: 'delete_account' });
    } catch (error) {
      failure.value = toApiError(error);
    }
    isWorking.value = false;
  };

  return (
    <form class="connect" onSubmit={(event) => void remove(event)}>
      <label for={id}>{words.type(words.word)}</label>
      <div class="connect-line">
        <input
          ref={field}
          id={id}
          autocomplete="off"
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button" disabled={!isConfirmed || isWorking.value}>
          {words.yes}
        </button>
        <button type="button" class="text-button" onClick={onCancel}>
          {words.keep}
        </button>
      </div>
      <p class="quiet" role="status">
        {isWorking.value && words.working}
      </p>
      {failure.value && <ErrorNotice error={failure.value} />}
    </form>
  );
}

/** Deletes the account, after a typed word confirms it. */
export function DeleteAccountSection() {
  const isConfirming = useSignal(false);
  return (
    <AccountSection heading={words.heading}>
      <p>{words.what}</p>
      {isConfirming.value ? (
        <Confirmation
          onCancel={() => {
            isConfirming.value = false;
          }}
        />
      ) : (
        <p>
          <button
            type="button"
            class="text-button"
            onClick={() => {
              isConfirming.value = true;
            }}
          >
            {words.open}
          </button>
        </p>
      )}
    </AccountSection>
  );
}
