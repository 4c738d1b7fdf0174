import type { Context } from 'hono';
import type { Identity } from '../../account/sign-in/identity-object.ts';
import type { Session } from '../../session/session.ts';
import type { SessionEnv } from '../../session/session-env.ts';
import { readSettings, type Settings } from '../../settings.ts';

export interface Bindings extends SessionEnv {
  SESSION: DurableObjectNamespace<Session>;
  IDENTITY: DurableObjectNamespace<Identity>;
  ASSETS: Fetcher;
  VAULT: KVNamespace;
  /** Cloudflare's rate limiting: calls a minute of one caller, and of one network. Absent where the deployment has none. */
  CALLER_CALLS?: RateLimit;
  NETWORK_CALLS?: RateLimit;
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    /** What the cookie says, its signature verified, and whether by the key that signs; its login may have been revoked. */
    claimed: { account: string; login: string | null; byCurrentKey: boolean } | null;
    /** Among whom what an isolate has is shared out: the account that the cookie says; without one the network. */
    party: string;
    /** Whether a cookie of Redraw's came that stands for nobody: its login has ended, or none of the keys has signed it. */
    lapsed: boolean;
    /** The account of a valid cookie, a visitor's or a user's; or null. */
    visitor: string | null;
    /** The login with which a user's browser is signed in; null for a visitor. */
    login: string | null;
  };
}

export type AppContext = Context<AppEnv>;

let cached: { env: Bindings; settings: Settings } | null = null;

/** The settings of the deployment, parsed once per environment. */
export function settingsOf(env: Bindings): Settings {
  if (cached?.env !== env) cached = { env, settings: readSettings(env) };
  return cached.settings;
}
