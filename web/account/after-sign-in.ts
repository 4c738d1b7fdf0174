import type { SignInAnswer } from '../../src/protocol/resources.ts';
import { ApiError } from '../api/api-error.ts';
import type { App } from '../app/app-context.ts';
import { route } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { attemptFailuresOf } from './attempt-failures.ts';

/** How often, and after how many milliseconds each time, it is asked whether a project has come over. */
const TRANSFER_POLLS = 20;
const TRANSFER_POLL_MS = 500;

/** Resolves when the account that one has signed in to has a project, or that takes too long. */
export async function awaitTransfer({ api }: Pick<App, 'api'>, session: string): Promise<void> {
  for (let poll = 0; poll < TRANSFER_POLLS; poll++) {
    if (await api.session(session).catch(() => null)) return;
    await new Promise((resolve) => setTimeout(resolve, TRANSFER_POLL_MS));
  }
}

/** Signed in: what the visitor had is in the account, or follows. */
export async function completeSignIn(
  app: App,
  { projects }: SignInAnswer,
  message = strings.signIn.done,
): Promise<void> {
  const opened = app.project.peek();
  if (projects === 'following' && opened) await awaitTransfer(app, opened.id);
  await applyAccountChange(app, message);
}

/** A visitor has connected: only this browser knows of it. */
function suggestPasskey({ openDialog, toasts }: App, message: string): void {
  const run = () => {
    openDialog.value = 'payer';
  };
  const action = { label: strings.connect.addPasskey, run };
  toasts.show(`${message}. ${strings.connect.here}`, { forMs: 15_000, action });
}

/** Who one is, or who pays, has changed: all that hangs on it is read anew, and a refused prompt goes on. */
export async function applyAccountChange(app: App, message: string): Promise<void> {
  const { account, openDialog, project, refused } = app;
  const { signIn, connect } = attemptFailuresOf(app);
  const refusedPrompt = refused.peek();
  signIn.value = null;
  connect.value = null;
  await app.loadAccount();
  if (route.peek().page !== 'builder') await app.loadProjects();
  if (openDialog.peek() === 'payer') openDialog.value = null;
  refused.value = null;
  if (account.peek()?.kind === 'visitor') suggestPasskey(app, message);
  else app.toasts.show(message);
  const opened = project.peek();
  if (opened) opened.failure.value = null;
  refusedPrompt?.again();
}

/** Back from another site without success: it is said where one would try again. @param hasWaitingPrompt whether a prompt waits in the box */
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
