import './account.css';
import { useEffect } from 'preact/hooks';
import type { ApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ServerSentence } from '../app/server-sentence.tsx';
import { ProjectReview } from '../credits/project-review.tsx';
import { Link } from '../router/link.tsx';
import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/dialog.tsx';
import { attemptFailuresOf } from './attempt-failures.ts';
import { ConnectClaude } from './connect-claude.tsx';
import { CreditsSpentDialog } from './credits-spent-dialog.tsx';
import { PayerFacts } from './payer-facts.tsx';
import { SignInOptions } from './sign-in-options.tsx';
import { TurnstileChallenge } from './turnstile-challenge.tsx';

/** Which heading a refusal has. */
const headingOf = ({ code, fields }: ApiError): string => (fields.reason === 'projects' ? 'projects' : code);

/** Why the turn was refused. */
function RefusalReason({ error: { code, detail, fields } }: { error: ApiError }) {
  const { account } = useApp();
  const { limit } = fields;
  const isTrial = code === 'sign_in_required' && typeof limit === 'number' && limit > 0;
  const isUsedUp = isTrial && (account.value?.trial.used ?? 0) >= limit;
  if (isUsedUp) return <p>{strings.signIn.used(limit)}</p>;
  return (
    <p>
      {detail !== '' && <ServerSentence told={{ code, message: detail, fields }} />} {strings.signIn.waits}
    </p>
  );
}

/** Sign in and connect Claude: first the option that solves the refusal best. */
function PayerOptions({ code }: { code: string | null }) {
  const me = useApp().account.value;
  const canSignIn = me?.kind !== 'user';
  const canConnect = !me?.connection || me.connection.broken !== null;
  const signIn = canSignIn && (
    <section class="door" key="sign-in">
      <h3>{strings.signIn.heading}</h3>
      <SignInOptions />
    </section>
  );
  const connect = canConnect && (
    <section class="door" key="connect">
      <h3>{code === 'sign_in_required' ? strings.connect.now : strings.connect.heading}</h3>
      <ConnectClaude />
    </section>
  );
  const isConnectFirst = code !== null && code !== 'sign_in_required';
  return <>{isConnectFirst ? [connect, signIn] : [signIn, connect]}</>;
}

/** Failures shown in this dialog do not reappear in the next one. */
function useClearFailuresOnClose(): void {
  const { signIn, connect } = attemptFailuresOf(useApp());
  useEffect(
    () => () => {
      signIn.value = null;
      connect.value = null;
    },
    [signIn, connect],
  );
}

/**
 * Who pays, and how to change it. Opened by a button or by a refused turn; a required Turnstile challenge takes its place, or, where
 * credits do not reach further, what is said of them, or the form for a review.
 */
export function PayerDialog({ onClose }: { onClose(): void }) {
  const { account, openDialog, project, refused } = useApp();
  useClearFailuresOnClose();
  const error = refused.value?.error ?? null;
  if (openDialog.value === 'credits' || error?.code === 'credits_spent')
    return <CreditsSpentDialog onClose={onClose} />;
  const [name, turn] = openDialog.value?.split(' ') ?? [];
  if (name === 'review' && project.value)
    return <ProjectReview project={project.value} turn={turn} onClose={onClose} />;
  if (error?.code === 'challenge_required') {
    return (
      <Dialog heading={strings.challenge.heading} onClose={onClose}>
        <TurnstileChallenge />
      </Dialog>
    );
  }
  const me = account.value;
  return (
    <Dialog heading={error ? strings.signIn.refused(headingOf(error)) : strings.account.payer} onClose={onClose}>
      {error && <RefusalReason error={error} />}
      {!error && me && <PayerFacts me={me} />}
      <PayerOptions code={error?.code ?? null} />
      <p>
        <span
          // Following the link leaves the page the dialog belongs to.
          onClickCapture={() => {
            openDialog.value = null;
          }}
        >
          <Link to="/account">{strings.account.open}</Link>
        </span>
      </p>
    </Dialog>
  );
}
