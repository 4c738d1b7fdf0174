import { signal } from '@preact/signals';
import { ApiError, toApiError } from '../api/api-error.ts';
import type { App } from '../app/app-context.ts';
import { forgetInAllTabs } from '../app/forget-local-data.ts';
import { statePerApp } from '../app/state-per-app.ts';
import { strings } from '../strings/strings.ts';
import { accountCallsOf } from './account-calls-per-app.ts';
import { createPasskey } from './passkey.ts';
import { type AccountAct, redirectOut } from './redirect-out.ts';

/** An act that waits until its visitor has proved that they are there. */
export interface WaitingAct {
  /** Each act's dialog is another one. */
  number: number;
  act: AccountAct;
  /** The server's refusal, with the ways there are to prove it. */
  refusal: ApiError;
  settle(isProven: boolean): void;
}

/** `waiting`: the act that the proof's dialog is open for; `count` rises with every act: lists are read again. */
export const accountActsOf = statePerApp(() => ({
  waiting: signal<WaitingAct | null>(null),
  count: signal(0),
}));

async function becomeVisitor(app: App, message: string): Promise<void> {
  forgetInAllTabs();
  app.account.value = null;
  await app.loadAccount();
  await app.loadProjects();
  app.toasts.show(message);
}

async function perform(app: App, { kind, id = '' }: AccountAct): Promise<void> {
  const calls = accountCallsOf(app);
  switch (kind) {
    case 'add_passkey':
      await createPasskey(calls);
      return app.toasts.show(strings.passkeys.isAdded);
    case 'remove_passkey':
      return calls.removePasskey(id);
    case 'unlink':
      return calls.unlink(id);
    case 'link': {
      const path = location.pathname;
      const { url } = await calls.providerStart(id, path);
      return redirectOut({ path, waits: false }, url);
    }
    case 'end_login':
      return calls.endLogin(id);
    case 'sign_out_everywhere':
      await calls.signOut(true);
      return becomeVisitor(app, strings.logins.isOut);
    case 'delete_account':
      await calls.remove();
      return becomeVisitor(app, strings.removal.done);
  }
}

function askForProof(app: App, act: AccountAct, refusal: ApiError): Promise<boolean> {
  const { waiting, count } = accountActsOf(app);
  waiting.peek()?.settle(false);
  return new Promise((resolve) => {
    // A passkey may answer after the dialog was closed: by then another act may wait.
    const settle = (isProven: boolean) => {
      if (waiting.peek()?.settle === settle) waiting.value = null;
      resolve(isProven);
    };
    waiting.value = { number: count.peek(), act, refusal, settle };
  });
}

/**
 * Does an act on the account. Where the server asks for a proof that its visitor is there, asks them for it, and does the act then.
 *
 * @throws ApiError
 */
export async function doAct(app: App, act: AccountAct): Promise<void> {
  try {
    await perform(app, act);
  } catch (error) {
    const refusal = toApiError(error);
    if (refusal.code !== 'fresh_sign_in_required') throw refusal;
    if (!(await askForProof(app, act, refusal))) throw new ApiError('proof_cancelled', strings.proof.cancelled);
    await perform(app, act);
  } finally {
    accountActsOf(app).count.value += 1;
  }
}
