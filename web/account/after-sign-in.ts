import type { SignInAnswer } from '../../src/protocol/resources.ts';
import { ApiError } from '../api/api-error.ts';
import type { App } from '../app/app-context.ts';
import { route } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { attemptFailuresOf } from './attempt-failures.ts';

/** How often, and after how many milliseconds each time, it is asked whether a project has come over. */
const LOOKS = 20;
const LOOK_MS = 500;

/** Resolves when the account that one has signed in to has a project, or that takes too long. */
export async function arrived({ api }: Pick<App, 'api'>, session: string): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if (await api.session(session).catch(() => null)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Signed in: what the visitor had is in the account, or follows. */
export async function settleSignIn(app: App, { projects }: SignInAnswer, said = strings.signIn.done): Promise<void> {
  const opened = app.project.peek();
  if (projects === 'following' && opened) await arrived(app, opened.id);
  await settle(app, said);
}

/** A visitor has connected: only this browser knows of it. */
function advisePasskey({ openDialog, toasts }: App, said: string): void {
  const run = () => {
    openDialog.value = 'payer';
  };
  const action = { label: strings.connect.addPasskey, run };
  toasts.show(`${said}. ${strings.connect.here}`, { forMs: 15_000, action });
}

/** Who one is, or who pays, has changed: all that hangs on it is read anew, and a refused prompt goes on. */
export async function settle(app: App, said: string): Promise<void> {
  const { account, openDialog, project, refused } = app;
  const { signIn, connect } = attemptFailuresOf(app);
  const waiting = refused.peek();
  signIn.value = null;
  connect.value = null;
  await app.loadAccount();
  if (route.peek().page !== 'builder') await app.loadProjects();
  if (openDialog.peek() === 'payer') openDialog.value = null;
  refused.value = null;
  if (account.peek()?.kind === 'visitor') advisePasskey(app, said);
  else app.toasts.show(said);
  const opened = project.peek();
  if (opened) opened.failure.value = null;
  waiting?.again();
}

/** Back from another site without success: it is said where one would try again. @param waits whether a prompt waits in the box */
export function tellFailure(app: App, way: 'signIn' | 'connect', error: ApiError, waits: boolean): void {
  const { openDialog, project, refused } = app;
  attemptFailuresOf(app)[way].value = error;
  if (route.peek().page === 'account') return;
  const again = () => void project.peek()?.outgoing.send();
  refused.value = waits ? { error: new ApiError('sign_in_required', ''), again } : null;
  openDialog.value = 'payer';
}
