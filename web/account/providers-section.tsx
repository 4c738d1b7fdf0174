import { useSignal } from '@preact/signals';
import type { IdentityEntry } from '../../src/protocol/resources.ts';
import { toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { FetchedList } from '../ui/fetched-list.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { accountActsOf, doAct } from './account-acts.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { AccountSection } from './account-section.tsx';
import { attemptFailuresOf } from './attempt-failures.ts';

const words = strings.providers;

interface ProviderLineProps {
  provider: { id: string; name: string };
  identities: readonly IdentityEntry[];
  onAttempt(call: () => Promise<unknown>): void;
}

function ProviderLine({ provider: { id, name }, identities, onAttempt }: ProviderLineProps) {
  const app = useApp();
  const linked = identities.filter(({ provider }) => provider === id);
  return (
    <>
      {linked.map((identity) => (
        <li key={identity.id}>
          <span class="line-words">
            {name}
            <span class="quiet">{identity.name ?? words.linked}</span>
          </span>
          <button
            type="button"
            class="text-button"
            onClick={() => onAttempt(() => doAct(app, { kind: 'unlink', id: identity.id }))}
          >
            {words.unlink(name)}
          </button>
        </li>
      ))}
      {linked.length === 0 && (
        <li>
          <span class="line-words">{name}</span>
          <button type="button" class="text-button" onClick={() => onAttempt(() => doAct(app, { kind: 'link', id }))}>
            {words.link(name)}
          </button>
        </li>
      )}
    </>
  );
}

/** The site's OIDC and OAuth providers: link and unlink. A linked provider also signs in to this account. */
export function ProvidersSection() {
  const app = useApp();
  const refreshCount = useSignal(0);
  const failure = attemptFailuresOf(app).signIn;
  const list = useFetched(accountCallsOf(app).identities, refreshCount.value + accountActsOf(app).count.value);
  const refresh = () => {
    refreshCount.value += 1;
  };
  const attempt = async (call: () => Promise<unknown>) => {
    failure.value = null;
    try {
      await call();
    } catch (error) {
      failure.value = toApiError(error);
    }
    refresh();
  };
  return (
    <AccountSection heading={words.heading}>
      <FetchedList list={list} loading={strings.account.loading} failed={strings.account.failed} onRetry={refresh}>
        {(identities) => (
          <ul class="account-lines">
            {(app.account.value?.providers ?? []).map((provider) => (
              <ProviderLine
                key={provider.id}
                provider={provider}
                identities={identities}
                onAttempt={(call) => void attempt(call)}
              />
            ))}
          </ul>
        )}
      </FetchedList>
      {failure.value && <ErrorNotice error={failure.value} />}
    </AccountSection>
  );
}
