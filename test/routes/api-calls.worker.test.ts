import { describe, expect, it } from 'vitest';
import { app } from '../../src/routes/app.ts';
import { type Call, sessionCalls, unsafeCalls, userCalls } from './api-calls.ts';

/** The registered routes of the API: `GET /api/sessions/:id`. */
const routes = app.routes
  .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'))
  .map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));

/** The routes that no call of a table covers. */
const missing = (some: typeof routes, table: readonly Call[]): string[] =>
  some
    .filter(({ method, path }) => {
      const pattern = new RegExp(`^${path.replace(/:\w+/g, '[^/]+').replace('*', '.+')}$`);
      return !table.some(([verb, at]) => verb === method && pattern.test(at));
    })
    .map(({ name }) => name);

describe('the tables of calls that other tests go through', () => {
  it('name every call whose method is not safe', () => {
    expect(routes.length).toBeGreaterThan(35);
    expect(
      missing(
        routes.filter(({ method }) => method !== 'GET'),
        unsafeCalls,
      ),
    ).toEqual([]);
  });

  it('name every call for a session', () => {
    const ofSessions = routes.filter(({ path }) => path.startsWith('/api/sessions/:id'));
    expect(missing(ofSessions, sessionCalls)).toEqual(['GET /api/sessions/:id/watch']);
  });

  it('name every call for what an account keeps', () => {
    const ofUsers = routes.filter(({ path }) => /^\/api\/account\/(?!connection)/.test(path));
    expect(missing(ofUsers, userCalls)).toEqual([]);
  });
});
