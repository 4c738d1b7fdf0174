import { account, loadAccount, project, toasts } from '../app.ts';
import { navigate } from '../router.ts';
import { toApiError } from '../state/api-error.ts';
import { lateWords, strings } from '../strings.ts';
import { type Away, takeAway } from './away.ts';
import { calls } from './calls.ts';
import { tellFailure } from './settle.ts';

/** Says that it worked; a prompt that waits in the box can be sent at once. */
function welcome(said: string, waits: boolean): void {
  const opened = project.peek();
  if (!waits) {
    toasts.show(said);
    return;
  }
  const action = opened && { label: strings.signIn.again, run: () => void opened.outgoing.send() };
  toasts.show(`${said} ${strings.signIn.waiting}`, { forMs: 20_000, ...(action ? { action } : {}) });
}

async function finishConnection(address: string, away: Away | null): Promise<void> {
  navigate(away?.path ?? '/account');
  try {
    const { label } = await calls.oauthFinish(address);
    await loadAccount();
    welcome(strings.connect.done(label), away?.waits ?? false);
  } catch (error) {
    const { code, detail } = toApiError(error);
    tellFailure(code, `${strings.connect.oauthFailed} ${detail}`);
  }
}

function finishSignIn(failure: string | null, away: Away | null): void {
  if (failure !== null) tellFailure('sign_in_failed', strings.signIn.failed(failure));
  else if (away?.way === 'sign-in') welcomeUser(away.waits);
}

/** As soon as the account is known. */
function welcomeUser(waits: boolean): void {
  const end = account.subscribe((me) => {
    if (me?.kind !== 'user') return;
    queueMicrotask(() => end());
    welcome(strings.signIn.done, waits);
  });
}

/** Takes up what began before the page was left: the address tells how it went, and is then cleaned. */
export async function cameBack(): Promise<void> {
  const { href, pathname, searchParams } = new URL(location.href);
  const away = takeAway();
  const failure = searchParams.get('signin');
  const isConnection = searchParams.has('state') && (searchParams.has('code') || searchParams.has('error'));
  if (isConnection || failure !== null) history.replaceState(null, '', pathname);
  await lateWords();
  if (isConnection) await finishConnection(href, away);
  else finishSignIn(failure, away);
}
