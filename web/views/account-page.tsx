import '../styles/account.css';
import { useEffect } from 'preact/hooks';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { account, accountFailed, loadAccount, loadProjects } from '../app.ts';
import { AccountPart } from '../components/account-part.tsx';
import { ConnectionPart } from '../components/connection-part.tsx';
import { DemoNote } from '../components/demo-note.tsx';
import { LanguageChoice } from '../components/language-choice.tsx';
import { Link } from '../components/link.tsx';
import { LoginPart } from '../components/login-part.tsx';
import { PasskeyPart } from '../components/passkey-part.tsx';
import { PayerFacts } from '../components/payer-facts.tsx';
import { ProjectShelf } from '../components/project-shelf.tsx';
import { ProviderPart } from '../components/provider-part.tsx';
import { RemovalPart } from '../components/removal-part.tsx';
import { SignInDoors } from '../components/sign-in-doors.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { strings } from '../strings.ts';

const words = strings.account;

function whoIs({ kind, name }: AccountDetail): string {
  if (kind === 'visitor') return `${words.visitor} ${words.tied}`;
  return name === null ? words.user : words.userNamed(name);
}

function Parts({ me }: { me: AccountDetail }) {
  const isUser = me.kind === 'user';
  return (
    <>
      <p>{whoIs(me)}</p>
      <PayerFacts me={me} isBrief />
      {!isUser && (
        <AccountPart heading={strings.signIn.heading}>
          <SignInDoors />
        </AccountPart>
      )}
      <ConnectionPart />
      {isUser && <PasskeyPart />}
      {isUser && me.providers.length > 0 && <ProviderPart />}
      {isUser && <LoginPart />}
      <ProjectShelf />
      {isUser && <RemovalPart />}
    </>
  );
}

/** Who one is here, who pays, and all that is kept. */
export function AccountPage() {
  const me = account.value;
  useEffect(() => {
    document.title = `${words.heading} · ${strings.name}`;
    void loadProjects();
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <Link to="/" aria-label={strings.home}>
          <Wordmark />
        </Link>
        <Link to="/">{words.projects}</Link>
      </header>
      <main class="page-body">
        <h1>{words.heading}</h1>
        {!me && !accountFailed.value && <p role="status">{words.loading}</p>}
        {!me && accountFailed.value && (
          <p class="notice" role="alert">
            {words.failed}{' '}
            <button type="button" class="text-button" onClick={() => void loadAccount()}>
              {strings.tryAgain}
            </button>
          </p>
        )}
        {/* Another account is another page. */}
        {me && <Parts key={me.kind} me={me} />}
        {(me || accountFailed.value) && <LanguageChoice />}
        <DemoNote />
      </main>
    </div>
  );
}
