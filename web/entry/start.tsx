import { render } from 'preact';
import { followRoute, loadAccount } from '../app/app.ts';
import { preferredLanguage, speak } from '../strings/strings.ts';
import { keepFocus } from '../ui/focus-keeper.ts';
import { App } from './app-view.tsx';

/** Brings the page to life. What the document shows already is taken over, with what was typed into it. */
export async function start(): Promise<void> {
  const root = document.getElementById('app');
  if (!root) return;
  void loadAccount();
  // Whoever comes back may have built elsewhere meanwhile.
  document.addEventListener('visibilitychange', () => document.hidden || void loadAccount());
  followRoute();
  await speak(preferredLanguage());
  keepFocus(root);
  render(<App />, root);
  // From a provider, or from Claude.
  if (location.search !== '') void (await import('../account/redirect-back.ts')).redirectBack();
}
