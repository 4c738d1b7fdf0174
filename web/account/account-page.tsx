import './account.css';
import { useEffect } from 'preact/hooks';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { useApp } from '../app/app-context.ts';
import { DemoNote } from '../conversation/demo-note.tsx';
import { ReviewsSection } from '../credits/reviews-section.tsx';
import { ProjectCards } from '../projects/project-cards.tsx';
import { Link } from '../router/link.tsx';
import { route } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { RetryNotice } from '../ui/retry-notice.tsx';
import { useModule } from '../ui/use-module.ts';
import { Wordmark } from '../ui/wordmark.tsx';
import { AccountSection } from './account-section.tsx';
import { ConnectionSection } from './connection-section.tsx';
import { DeleteAccountSection } from './delete-account-section.tsx';
import { LanguageChoice } from './language-choice.tsx';
import { LoginsSection } from './logins-section.tsx';
import { PasskeysSection } from './passkeys-section.tsx';
import { PayerFacts } from './payer-facts.tsx';
import { ProofDialog } from './proof-dialog.tsx';
import { ProvidersSection } from './providers-section.tsx';
import { SignInOptions } from './sign-in-options.tsx';

const words = strings.account;
const loadCredits = () => import('./credits-section.tsx');

function identityText({ kind, name, projectDays }: AccountDetail): string {
  if (kind === 'visitor')
    return [words.visitor, words.tied, ...(projectDays ? [words.idle(projectDays)] : [])].join(' ');
  return name === null ? words.user : words.userNamed(name);
}

function AccountSections({ me }: { me: AccountDetail }) {
  const isUser = me.kind === 'user';
  const credits = useModule(loadCredits, me.credits !== null);
  return (
    <>
      <p>{identityText(me)}</p>
      <PayerFacts me={me} isBrief />
      {me.credits && credits.state === 'there' && <credits.module.CreditsSection total={me.credits.total} />}
      {!isUser && (
        <AccountSection heading={strings.signIn.heading}>
          <SignInOptions />
        </AccountSection>
      )}
      <ConnectionSection />
      {isUser && <PasskeysSection />}
      {isUser && me.providers.length > 0 && <ProvidersSection />}
      {isUser && <LoginsSection />}
      <ProjectCards />
      {isUser && <DeleteAccountSection />}
      {isUser && me.plan !== null && (
        <AccountSection heading={strings.reviews.heading}>
          <ReviewsSection />
        </AccountSection>
      )}
    </>
  );
}

const loadPlans = () => import('../credits/plans-page.tsx');

/** The account's page, or that of the plans. */
export function AccountPage() {
  const isPlans = route.value.page === 'account' && route.value.path === '/plans';
  const plans = useModule(loadPlans, isPlans);
  if (!isPlans) return <OwnPage />;
  // An element of the kind that the document shows at first: it takes its place.
  return plans.state === 'there' ? (
    <plans.module.PlansPage />
  ) : (
    <div class="page">
      <p role="status">{strings.plans.loading}</p>
    </div>
  );
}

/** Identity, payer, credits, connection, ways to sign in, projects, deletion. */
function OwnPage() {
  const { account, accountFailed, loadAccount, loadProjects } = useApp();
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
        {!me && accountFailed.value && <RetryNotice text={words.failed} onRetry={() => void loadAccount()} />}
        {/* The key resets all sections when a visitor becomes a user. */}
        {me && <AccountSections key={me.kind} me={me} />}
        {(me || accountFailed.value) && <LanguageChoice />}
        <DemoNote />
        <p>
          <a href="/_redraw/THIRD-PARTY.txt">{words.licences}</a>
        </p>
      </main>
      <ProofDialog />
    </div>
  );
}
