import { useSignal } from '@preact/signals';
import { Pencil, Trash2 } from 'lucide';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PasskeyEntry } from '../../src/protocol/resources.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { FetchedList } from '../ui/fetched-list.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { accountActsOf, doAct } from './account-acts.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { AccountSection } from './account-section.tsx';
import { supportsPasskeys } from './passkey.ts';

const words = strings.passkeys;

/** Longest name of a passkey. Characters. */
const MAX_NAME_CHARS = 60;

function NameEditor({ name, onSave, onCancel }: { name: string; onSave(name: string): void; onCancel(): void }) {
  const field = useRef<HTMLInputElement>(null);
  // A layout effect: the focus moves before the next key can arrive.
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <form
      class="line-words connect"
      onSubmit={(event) => {
        event.preventDefault();
        const newName = field.current?.value.trim() ?? '';
        if (newName === '' || newName === name) onCancel();
        else onSave(newName);
      }}
    >
      <div class="connect-line">
        <input
          ref={field}
          aria-label={words.name}
          maxLength={MAX_NAME_CHARS}
          defaultValue={name}
          onKeyDown={(event) => event.key === 'Escape' && onCancel()}
        />
        <button type="submit" class="button">
          {words.save}
        </button>
      </div>
    </form>
  );
}

interface PasskeyLineProps {
  entry: PasskeyEntry;
  isLast: boolean;
  /** Runs a call, then reloads the list. */
  onChange(call: () => Promise<unknown>): void;
}

function PasskeyLine({ entry, isLast, onChange }: PasskeyLineProps) {
  const app = useApp();
  const calls = accountCallsOf(app);
  const { id, createdAt, lastUsedAt } = entry;
  const name = strings.logins.device(entry.name);
  const openAction = useSignal<'rename' | 'remove' | null>(null);
  const line = useRef<HTMLLIElement>(null);
  const closeAction = () => {
    openAction.value = null;
    line.current?.focus();
  };
  const change = (call: () => Promise<unknown>) => {
    closeAction();
    onChange(call);
  };
  return (
    <li ref={line} tabIndex={-1}>
      {openAction.value === 'rename' ? (
        <NameEditor
          name={name}
          onCancel={closeAction}
          onSave={(newName) => change(() => calls.renamePasskey(id, newName))}
        />
      ) : (
        <span class="line-words">
          {name}
          <span class="quiet">
            {[words.added(createdAt), lastUsedAt && words.used(lastUsedAt)].filter(Boolean).join(', ')}
          </span>
        </span>
      )}
      {openAction.value === null && (
        <span>
          <IconButton
            node={Pencil}
            name={words.rename(name)}
            onClick={() => {
              openAction.value = 'rename';
            }}
          />
          <IconButton
            node={Trash2}
            name={words.remove(name)}
            onClick={() => {
              openAction.value = 'remove';
            }}
          />
        </span>
      )}
      {openAction.value === 'remove' && (
        <div class="line-ask">
          <p>
            {words.removeSure(name)} {isLast && words.removeLast}
          </p>
          <p class="dialog-actions">
            <button
              type="button"
              class="button"
              onClick={() => change(() => doAct(app, { kind: 'remove_passkey', id }))}
            >
              {words.removeYes}
            </button>
            <button type="button" class="text-button" onClick={closeAction}>
              {words.keep}
            </button>
          </p>
        </div>
      )}
    </li>
  );
}

/** The passkeys of a user: add, rename, remove. */
export function PasskeysSection() {
  const app = useApp();
  const calls = accountCallsOf(app);
  const refreshCount = useSignal(0);
  const failure = useSignal<ApiError | null>(null);
  const isAdding = useSignal(false);
  const list = useFetched(calls.passkeys, refreshCount.value + accountActsOf(app).count.value);
  const change = async (call: () => Promise<unknown>) => {
    failure.value = null;
    try {
      await call();
    } catch (error) {
      failure.value = toApiError(error);
    }
    refreshCount.value += 1;
  };
  const add = async () => {
    isAdding.value = true;
    await change(() => doAct(app, { kind: 'add_passkey' }));
    isAdding.value = false;
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
        {(entries) =>
          entries.length === 0 ? (
            <p class="quiet">{words.none}</p>
          ) : (
            <ul class="account-lines">
              {entries.map((entry) => (
                <PasskeyLine
                  key={entry.id}
                  entry={entry}
                  isLast={entries.length === 1}
                  onChange={(call) => void change(call)}
                />
              ))}
            </ul>
          )
        }
      </FetchedList>
      {failure.value && <ErrorNotice error={failure.value} />}
      {supportsPasskeys() ? (
        <p>
          <button type="button" class="button" disabled={isAdding.value} onClick={() => void add()}>
            {words.add}
          </button>
        </p>
      ) : (
        <p class="quiet">{strings.signIn.unsupported}</p>
      )}
    </AccountSection>
  );
}
