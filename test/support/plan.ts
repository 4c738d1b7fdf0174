import { afterAll } from 'vitest';
import { type OAuthServer, startOAuthServer } from '../oauth-server/listen.ts';
import { type Running, useRunning } from './running.ts';
import type { Visitor } from './visitor.ts';

/** As `useRunning`, with an authorization server beside it, so that plans can be connected. */
export function useRunningWithPlans(env: Parameters<typeof useRunning>[0] = {}): Running {
  let oauth: OAuthServer | undefined;
  const running = useRunning(async () => {
    oauth = await startOAuthServer();
    return {
      ...oauth.settingsFor('http://localhost:8787/account/claude'),
      ...(typeof env === 'function' ? await env() : env),
    };
  });
  afterAll(() => oauth?.close());
  return running;
}

/** Connects a visitor's Claude plan by OAuth, against an authorization server that says yes. */
export async function connectPlan(visitor: Visitor): Promise<void> {
  const { url } = await visitor.json<{ url: string }>('POST', '/api/account/connection/oauth/start', {});
  const granted = await fetch(url, { redirect: 'manual' });
  await visitor.json('POST', '/api/account/connection/oauth/finish', { code: granted.headers.get('Location') });
}
