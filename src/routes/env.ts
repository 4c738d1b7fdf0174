import type { Context } from 'hono';
import type { Session, SessionEnv } from '../session/session.ts';
import { readSettings, type Settings } from '../settings.ts';

export interface Bindings extends SessionEnv {
  SESSION: DurableObjectNamespace<Session>;
  ASSETS: Fetcher;
  VAULT: KVNamespace;
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    /** The visitor of a checked cookie, or null. */
    visitor: string | null;
  };
}

export type AppContext = Context<AppEnv>;

let read: { env: Bindings; settings: Settings } | null = null;

/** The settings of the deployment: read once for each environment. */
export function settingsOf(env: Bindings): Settings {
  if (read?.env !== env) read = { env, settings: readSettings(env) };
  return read.settings;
}
