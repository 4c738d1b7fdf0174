import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/landing.css';
import './styles/builder.css';
import './styles/conversation.css';
import { render } from 'preact';
import { followRoute, loadAccount } from './app.ts';
import { preferredLanguage, speak } from './strings.ts';
import { App } from './views/app.tsx';

async function start(root: HTMLElement): Promise<void> {
  void loadAccount();
  followRoute();
  await speak(preferredLanguage());
  render(<App />, root);
}

const root = document.getElementById('app');
if (root) void start(root);
