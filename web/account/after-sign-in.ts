import type { SignInAnswer } from '../../src/protocol/resources.ts';
import { ApiError } from '../api/api-error.ts';
import type { App } from '../app/app-context.ts';
import { route } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { attemptFailuresOf } from './attempt-failures.ts';

/** Polls for a transferred project, at the most. */
const TRANSFER_POLLS = 20;
/** Time between two polls. Milliseconds. */
const TRANSFER_POLL_MS = 500;

/** Resolves when the account just signed in to has the project, or after the last poll without it. */
export async function awaitTransfer({ api }: Pick<App, 'api'>, session: string): Promise<void> {
  for (let poll = 0; poll < TRANSFER_POLLS; poll++) {
    if (await api.session(session).catch(() => null)) return;
    await new Promise((resolve) => setTimeout(resolve, TRANSFER_POLL_MS));
  }
}

/** Completes a sign-in on this page. If the visitor's projects are still being transferred, waits for the open one. */
export async function completeSignIn(
  app: App,
  { projects }: SignInAnswer,
  message = strings.signIn.done,
): Promise<void> {
  const opened = app.project.peek();
  if (projects === 'following' && opened) await awaitTransfer(app, opened.id);
  await applyAccountChange(app, message);
}

/** A visitor's connection is tied to this browser's cookie; a passkey brings it to other devices. */
function suggestPasskey({ openDialog, toasts }: App, message: string): void {
  const run = () => {
    openDialog.value = 'payer';
  };
  const action = { label: strings.connect.addPasskey, run };
  toasts.show(`${message}. ${strings.connect.here}`, { forMs: 15_000, action });
}

/** The caller's identity or payer has changed: reloads what depends on it and sends a refused prompt again. */
export async function applyAccountChange(app: App, message: string): Promise<void> {
  const { account, openDialog, project, refused } = app;
  const { signIn, connect } = attemptFailuresOf(app);
  const refusedPrompt = refused.peek();
  signIn.value = null;
  connect.value = null;
  await app.loadAccount();
  if (route.peek().page !== 'builder') await app.loadProjects();
  if (/^(payer|credits)$/.test(openDialog.peek() ?? '')) openDialog.value = null;
  refused.value = null;
  if (account.peek()?.kind === 'visitor') suggestPasskey(app, message);
  else app.toasts.show(message);
  const opened = project.peek();
  if (opened) opened.failure.value = null;
  refusedPrompt?.again();
}

/**
 * Shows why a redirect to another site failed, where the visitor would try again: on the account page, or else in the payer dialog.
 *
 * @param hasWaitingPrompt whether a refused prompt is still in the box
 */
export function showAttemptFailure(
  app: App,
  attempt: 'signIn' | 'connect',
  error: ApiError,
  hasWaitingPrompt: boolean,
): void {
  const { openDialog, project, refused } = app;
  attemptFailuresOf(app)[attempt].value = error;
  if (route.peek().page === 'account') return;
  const again = () => void project.peek()?.outgoing.send();
  refused.value = hasWaitingPrompt ? { error: new ApiError('sign_in_required', ''), again } : null;
  openDialog.value = 'payer';
}
