import { routeOf } from './router.ts';
import { start } from './start.tsx';
import { Builder } from './views/builder.tsx';
import { knowPage, loadPage } from './views/page-views.ts';

knowPage({ builder: Builder });
if (routeOf(location.pathname).page === 'account') await loadPage('account');
await start();
