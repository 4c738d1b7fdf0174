import { useSignal } from '@preact/signals';
import type { IdentityEntry } from '../../src/protocol/resources.ts';
import { toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { FetchedList } from '../ui/fetched-list.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { AccountSection } from './account-section.tsx';
import { attemptFailuresOf } from './attempt-failures.ts';
import { accountCallsOf } from './calls.ts';
import { goToProvider } from './sign-in-options.tsx';

const words = strings.providers;

interface LineProps {
  provider: { id: string; name: string };
  identities: readonly IdentityEntry[];
  onAttempt(way: () => Promise<unknown>): void;
}

function ProviderLine({ provider: { id, name }, identities, onAttempt }: LineProps) {
  const app = useApp();
  const own = identities.filter(({ provider }) => provider === id);
  return (
    <>
      {own.map((identity) => (
        <li key={identity.id}>
          <span class="line-words">
            {name}
            <span class="quiet">{identity.name ?? words.linked}</span>
          </span>
          <button
            type="button"
            class="text-button"
            onClick={() => onAttempt(() => accountCallsOf(app).unlink(identity.id))}
          >
            {words.unlink(name)}
          </button>
        </li>
      ))}
      {own.length === 0 && (
        <li>
          <span class="line-words">{name}</span>
          <button type="button" class="text-button" onClick={() => onAttempt(() => goToProvider(app, id))}>
            {words.link(name)}
          </button>
        </li>
      )}
    </>
  );
}

/** The providers of this site: linked ones sign in to this account as well. */
export function ProvidersSection() {
  const app = useApp();
  const round = useSignal(0);
  const failure = attemptFailuresOf(app).signIn;
  const list = useFetched(accountCallsOf(app).identities, round.value);
  const again = () => {
    round.value += 1;
  };
  const attempt = async (way: () => Promise<unknown>) => {
    failure.value = null;
    try {
      await way();
    } catch (error) {
      failure.value = toApiError(error);
    }
    again();
  };
  return (
    <AccountSection heading={words.heading}>
      <FetchedList list={list} loading={strings.account.loading} failed={strings.account.failed} onRetry={again}>
        {(identities) => (
          <ul class="account-lines">
            {(app.account.value?.providers ?? []).map((provider) => (
              <ProviderLine
                key={provider.id}
                provider={provider}
                identities={identities}
                onAttempt={(way) => void attempt(way)}
              />
            ))}
          </ul>
        )}
      </FetchedList>
      {failure.value && <ErrorNotice error={failure.value} />}
    </AccountSection>
  );
}
