import { start } from './start.tsx';
import { Landing } from './views/landing.tsx';
import { knowPage, loadPage } from './views/page-views.ts';

knowPage({ landing: Landing });
await start();
// The first prompt leads to the builder: it is there by then.
addEventListener('input', () => void loadPage('builder'), { once: true });
