import type { App } from '../app/app-context.ts';
import { ACCOUNT_ENDED, forgetLocalData, hasUserData, rememberUserData } from '../app/forget-local-data.ts';
import { navigate, route } from '../router/routes.ts';
import { loadLateWords, strings } from '../strings/strings.ts';
import type { Toasts } from '../ui/toasts.ts';

/** Leaves what is open, and says why; the box of the start page goes with its document. */
function leave(toasts: Pick<Toasts, 'show'>): void {
  forgetLocalData();
  const { page } = route.peek();
  if (page === 'landing') location.reload();
  if (page !== 'builder') return;
  navigate('/');
  // What the builder has stored as it closed.
  forgetLocalData();
  void loadLateWords().then(() => toasts.show(strings.logins.isOut));
}

/**
 * Leaves the projects of an account that has ended: signed out or deleted in another tab, signed out from another browser, or expired
 * while this browser was closed. Nothing of them stays in the document or in its storage.
 */
export function leaveEndedAccount({
  account,
  loadAccount,
  loadProjects,
  toasts,
}: Pick<App, 'account' | 'loadAccount' | 'loadProjects' | 'toasts'>): void {
  account.subscribe((now) => {
    // Null between two accounts.
    if (now === null) return;
    if (now.kind === 'user') rememberUserData();
    else if (hasUserData()) leave(toasts);
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== ACCOUNT_ENDED || newValue === null) return;
    account.value = null;
    leave(toasts);
    void loadAccount();
    void loadProjects();
  });
}
