import type { App } from './app-context.ts';

/** Memoises a value per app: a lazily loaded module keeps its state with the app, not in the module. */
export function statePerApp<T>(create: (app: App) => T): (app: App) => T {
  const created = new WeakMap<App, { value: T }>();
  return (app) => {
    const known = created.get(app) ?? { value: create(app) };
    created.set(app, known);
    return known.value;
  };
}
