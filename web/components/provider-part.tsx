import { useSignal } from '@preact/signals';
import type { IdentityEntry } from '../../src/protocol/resources.ts';
import { calls } from '../account/calls.ts';
import { cameBackWith } from '../account/settle.ts';
import { account } from '../app.ts';
import { toApiError } from '../state/api-error.ts';
import { strings } from '../strings.ts';
import { AccountPart } from './account-part.tsx';
import { Listed } from './listed.tsx';
import { Notice } from './notice.tsx';
import { goToProvider } from './sign-in-doors.tsx';
import { useFetched } from './use-fetched.ts';

const words = strings.providers;

interface LineProps {
  provider: { id: string; name: string };
  identities: readonly IdentityEntry[];
  onAttempt(way: () => Promise<unknown>): void;
}

function ProviderLine({ provider: { id, name }, identities, onAttempt }: LineProps) {
  const own = identities.filter(({ provider }) => provider === id);
  return (
    <>
      {own.map((identity) => (
        <li key={identity.id}>
          <span class="line-words">
            {name}
            <span class="quiet">{identity.name ?? words.linked}</span>
          </span>
          <button type="button" class="text-button" onClick={() => onAttempt(() => calls.unlink(identity.id))}>
            {words.unlink(name)}
          </button>
        </li>
      ))}
      {own.length === 0 && (
        <li>
          <span class="line-words">{name}</span>
          <button type="button" class="text-button" onClick={() => onAttempt(() => goToProvider(id))}>
            {words.link(name)}
          </button>
        </li>
      )}
    </>
  );
}

/** The providers of this site: linked ones sign in to this account as well. */
export function ProviderPart() {
  const round = useSignal(0);
  const failure = cameBackWith.signIn;
  const list = useFetched(calls.identities, round.value);
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
    <AccountPart heading={words.heading}>
      <Listed list={list} loading={strings.account.loading} failed={strings.account.failed} onRetry={again}>
        {(identities) => (
          <ul class="account-lines">
            {(account.value?.providers ?? []).map((provider) => (
              <ProviderLine
                key={provider.id}
                provider={provider}
                identities={identities}
                onAttempt={(way) => void attempt(way)}
              />
            ))}
          </ul>
        )}
      </Listed>
      {failure.value && <Notice error={failure.value} />}
    </AccountPart>
  );
}
