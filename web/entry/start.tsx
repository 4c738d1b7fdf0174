import { render } from 'preact';
import { preferredLanguage, setLanguage } from '../strings/strings.ts';
import { keepFocus } from '../ui/keep-focus.ts';
import { AppView } from './app-view.tsx';
import { createApp } from './create-app.ts';

/** Renders the page in place of what the document shows already; the views take over what was typed into it. */
export async function start(): Promise<void> {
  const root = document.getElementById('app');
  if (!root) return;
  const app = createApp();
  void app.loadAccount();
  // Another tab or device may have used up turns while this one was hidden.
  document.addEventListener('visibilitychange', () => document.hidden || void app.loadAccount());
  app.followRoute();
  await setLanguage(preferredLanguage());
  keepFocus(root);
  render(<AppView app={app} />, root);
  void import('../account/leave-ended-account.ts').then((it) => it.leaveEndedAccount(app));
  // A sign-in provider, or Claude, redirects back with a query.
  if (location.search !== '') void (await import('../account/redirect-back.ts')).handleRedirectBack(app);
}
