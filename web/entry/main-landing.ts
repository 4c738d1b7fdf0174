import './styles.ts';
import { Landing } from '../landing/landing.tsx';
import { knowPage, loadPage } from './page-loader.ts';
import { start } from './start.tsx';

knowPage({ landing: Landing });
await start();
// The first prompt leads to the builder: it is there by then.
addEventListener('input', () => void loadPage('builder'), { once: true });
