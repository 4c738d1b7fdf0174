import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/landing.css';
import './styles/builder.css';
import './styles/conversation.css';
import { render } from 'preact';
import { followRoute, loadAccount } from './app.ts';
import { keepFocus } from './components/focus-keeper.ts';
import { preferredLanguage, speak } from './strings.ts';
import { App } from './views/app.tsx';

/** Brings the page to life. What the document shows already is taken over, with what was typed into it. */
export async function start(): Promise<void> {
  const root = document.getElementById('app');
  if (!root) return;
  void loadAccount();
  followRoute();
  await speak(preferredLanguage());
  keepFocus(root);
  render(<App />, root);
  // From a provider, or from Claude.
  if (location.search !== '') void (await import('./account/came-back.ts')).cameBack();
}
