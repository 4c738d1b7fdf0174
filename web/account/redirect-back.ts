import { ApiError, toApiError } from '../api/api-error.ts';
import type { App } from '../app/app-context.ts';
import { navigate, route } from '../router/routes.ts';
import { loadLateWords, strings } from '../strings/strings.ts';
import { arrived, tellFailure } from './after-sign-in.ts';
import { accountCallsOf } from './calls.ts';
import { connectionName } from './connection-name.ts';
import { type RedirectReturn, takeRedirectReturn } from './redirect-out.ts';

/** Says that it worked; a prompt that waits in the box can be sent at once. */
function welcome({ project, toasts }: App, said: string, waits: boolean): void {
  const opened = project.peek();
  if (!waits) {
    toasts.show(said);
    return;
  }
  const action = opened && { label: strings.signIn.again, run: () => void opened.outgoing.send() };
  toasts.show(`${said} ${strings.signIn.waiting}`, { forMs: 20_000, ...(action ? { action } : {}) });
}

async function finishConnection(app: App, address: string, away: RedirectReturn | null): Promise<void> {
  navigate(away?.path ?? '/account');
  try {
    const connection = await accountCallsOf(app).oauthFinish(address);
    await app.loadAccount();
    welcome(app, strings.connect.done(connectionName(connection)), away?.waits ?? false);
  } catch (error) {
    const { code, detail } = toApiError(error);
    const told = new ApiError(code, `${strings.connect.oauthFailed} ${detail}`);
    tellFailure(app, 'connect', told, away?.waits ?? false);
  }
}

/** Opens the project of this page once more, where it was not yet in the account that one has signed in to. */
async function awaitProject(app: App): Promise<void> {
  const now = route.peek();
  if (now.page !== 'builder') return;
  await arrived(app, now.session);
  if (app.project.peek()?.lost.peek()) location.reload();
}

async function finishSignIn(app: App, outcome: string, away: RedirectReturn | null): Promise<void> {
  if (outcome === 'linked') return app.toasts.show(strings.signIn.linked);
  if (outcome !== 'done' && outcome !== 'following') {
    const told = new ApiError('sign_in_failed', strings.signIn.failed(outcome));
    return tellFailure(app, 'signIn', told, away?.waits ?? false);
  }
  if (outcome === 'following') await awaitProject(app);
  const end = app.account.subscribe((me) => {
    if (me?.kind !== 'user') return;
    queueMicrotask(() => end());
    welcome(app, strings.signIn.done, away?.waits ?? false);
  });
}

/** Takes up what began before the page was left: the address tells how it went, and is then cleaned. */
export async function redirectBack(app: App): Promise<void> {
  const { href, pathname, searchParams } = new URL(location.href);
  const outcome = searchParams.get('signin');
  const isConnection = searchParams.has('state') && (searchParams.has('code') || searchParams.has('error'));
  if (!isConnection && outcome === null) return;
  history.replaceState(null, '', pathname);
  const away = takeRedirectReturn();
  await loadLateWords();
  if (isConnection) await finishConnection(app, href, away);
  else if (outcome !== null) await finishSignIn(app, outcome, away);
}
