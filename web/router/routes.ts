import { signal } from '@preact/signals';

/** `account`: the account's page, and that of the plans. */
export type Route =
  | { page: 'landing' }
  | { page: 'builder'; session: string }
  | { page: 'account'; path: string }
  | { page: 'none' };

/** The page that a URL path leads to. */
export function routeOf(path: string): Route {
  if (path === '/') return { page: 'landing' };
  if (/^\/(account|plans)$/.test(path)) return { page: 'account', path };
  const session = /^\/s\/([a-z2-7]{26})$/.exec(path)?.[1];
  return session ? { page: 'builder', session } : { page: 'none' };
}

export const route = signal<Route>(routeOf(location.pathname));

export function navigate(path: string): void {
  if (path === location.pathname) return;
  history.pushState(null, '', path);
  route.value = routeOf(path);
}

export const sessionPath = (session: string) => `/s/${session}`;

addEventListener('popstate', () => {
  route.value = routeOf(location.pathname);
});
