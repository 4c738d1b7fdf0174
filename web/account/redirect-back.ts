import { ownError, toApiError } from '../api/api-error.ts';
import type { App } from '../app/app-context.ts';
import { navigate, route } from '../router/routes.ts';
import { sentenceOf } from '../strings/server-sentences.ts';
import { loadLateWords, strings } from '../strings/strings.ts';
import { doAct } from './account-acts.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { awaitTransfer, showAttemptFailure } from './after-sign-in.ts';
import { attemptFailuresOf } from './attempt-failures.ts';
import { connectionName } from './connection-name.ts';
import { type RedirectReturn, takeRedirectReturn } from './redirect-out.ts';
import { withLead } from './with-lead.ts';

/** Shows a toast; if a refused prompt is still in the box, the toast offers to send it. */
function showSuccess({ project, toasts }: App, message: string, hasWaitingPrompt: boolean): void {
  const opened = project.peek();
  if (!hasWaitingPrompt) {
    toasts.show(message);
    return;
  }
  const action = opened && { label: strings.signIn.again, run: () => void opened.outgoing.send() };
  toasts.show(`${message} ${strings.signIn.waiting}`, { forMs: 20_000, ...(action ? { action } : {}) });
}

async function finishConnection(app: App, callbackUrl: string, returned: RedirectReturn | null): Promise<void> {
  navigate(returned?.path ?? '/account');
  try {
    const connection = await accountCallsOf(app).oauthFinish(callbackUrl);
    await app.loadAccount();
    showSuccess(app, strings.connect.done(connectionName(connection)), returned?.waits ?? false);
  } catch (error) {
    const failure = withLead(strings.connect.oauthFailed, error);
    showAttemptFailure(app, 'connect', failure, returned?.waits ?? false);
  }
}

/** Reloads the page if its project was not yet in the account when it was opened. */
async function reloadOnceTransferred(app: App): Promise<void> {
  const now = route.peek();
  if (now.page !== 'builder') return;
  await awaitTransfer(app, now.session);
  if (app.project.peek()?.lost.peek()) location.reload();
}

async function finishSignIn(app: App, outcome: string, returned: RedirectReturn | null): Promise<void> {
  if (outcome === 'linked') return app.toasts.show(strings.signIn.linked);
  if (outcome === 'proven') {
    const { signIn } = attemptFailuresOf(app);
    if (returned?.act)
      await doAct(app, returned.act).catch((error: unknown) => {
        signIn.value = toApiError(error);
        app.toasts.show(sentenceOf({ ...signIn.value, message: signIn.value.detail }));
      });
    return;
  }
  if (outcome !== 'done' && outcome !== 'following') {
    const failure = ownError(strings.signIn.failed(outcome));
    return showAttemptFailure(app, 'signIn', failure, returned?.waits ?? false);
  }
  if (outcome === 'following') await reloadOnceTransferred(app);
  const unsubscribe = app.account.subscribe((me) => {
    if (me?.kind !== 'user') return;
    queueMicrotask(() => unsubscribe());
    showSuccess(app, strings.signIn.done, returned?.waits ?? false);
  });
}

/** Finishes a sign-in or connection after a redirect back: reads the outcome from the address, and removes it from there. */
export async function handleRedirectBack(app: App): Promise<void> {
  const { href, pathname, searchParams } = new URL(location.href);
  const outcome = searchParams.get('signin');
  const isConnection = searchParams.has('state') && (searchParams.has('code') || searchParams.has('error'));
  if (!isConnection && outcome === null) return;
  history.replaceState(null, '', pathname);
  const returned = takeRedirectReturn();
  await loadLateWords();
  if (isConnection) await finishConnection(app, href, returned);
  else if (outcome !== null) await finishSignIn(app, outcome, returned);
}
