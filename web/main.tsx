import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/landing.css';
import './styles/builder.css';
import './styles/conversation.css';
import './styles/sheet.css';
import { render } from 'preact';
import { followRoute, loadAccount } from './app.ts';
import { App } from './views/app.tsx';

const root = document.getElementById('app');
if (root) {
  void loadAccount();
  followRoute();
  render(<App />, root);
}
