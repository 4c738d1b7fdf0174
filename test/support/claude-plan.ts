import { afterAll } from 'vitest';
import { type OAuthServer, startOAuthServer } from '../oauth-server/listen.ts';
import { type Running, type Settings, useRunning } from './running-redraw.ts';
import type { Visitor } from './visitor.ts';

export interface RunningWithPlans extends Running {
  /** Every secret that the authorization server has issued. */
  readonly secrets: readonly string[];
}

/** Like `useRunning`, with an authorization server as well, so that plans can be connected. */
export function useRunningWithPlans(settings: Settings = {}): RunningWithPlans {
  let oauth: OAuthServer | undefined;
  const running = useRunning(async () => {
    oauth = await startOAuthServer();
    return {
      ...oauth.settingsFor('http://localhost:8787/account/claude'),
      ...(typeof settings === 'function' ? await settings() : settings),
    };
  });
  afterAll(() => oauth?.close());
  return {
    get simulator() {
      return running.simulator;
    },
    get redraw() {
      return running.redraw;
    },
    visitor: () => running.visitor(),
    get secrets() {
      return oauth?.server.secrets ?? [];
    },
  };
}

/** Connects a visitor's Claude plan by OAuth, with an authorization server that always consents. */
export async function connectPlan(visitor: Visitor): Promise<void> {
  const { url } = await visitor.json<{ url: string }>('POST', '/api/account/connection/oauth/start', {});
  const granted = await fetch(url, { redirect: 'manual' });
  await visitor.json('POST', '/api/account/connection/oauth/finish', { code: granted.headers.get('Location') });
}
