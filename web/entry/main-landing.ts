import './styles.ts';
import { Landing } from '../landing/landing.tsx';
import { knowPage, loadPage } from './page-loader.ts';
import { start } from './start.tsx';

knowPage({ landing: Landing });
await start();
// The first prompt leads to the builder: preload it while that is typed.
addEventListener('input', () => void loadPage('builder'), { once: true });
