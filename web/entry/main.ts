import './styles.ts';
import { Builder } from '../builder/builder.tsx';
import { routeOf } from '../router/routes.ts';
import { knowPage, loadPage } from './page-loader.ts';
import { start } from './start.tsx';

knowPage({ builder: Builder });
if (routeOf(location.pathname).page === 'account') await loadPage('account');
await start();
