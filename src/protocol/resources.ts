import type { EventData, Payer, Trial, TurnState } from './events.ts';

/** Shapes of the JSON answers, for the web app and the tests. Times are UNIX milliseconds. */

export interface SessionSummary {
  session: string;
  title: string;
  createdAt: number;
  updatedAt: number;
}

export interface FileEntry {
  path: string;
  bytes: number;
  hash: string;
}

export interface VersionEntry {
  version: number;
  parent: number | null;
  label: string;
  kind: 'turn' | 'edit' | 'undo' | 'redo' | 'revert';
  /** True where the turn that made it was stopped. */
  stopped: boolean;
  createdAt: number;
  changed: string[];
}

/** What a person would read of a turn, without drafts and tool results. */
export interface MessageEntry {
  turn: string;
  role: 'user' | 'assistant';
  text: string;
}

/** `GET /api/sessions/:id` */
export interface SessionDetail extends SessionSummary {
  previewUrl: string;
  model: string;
  /** The turn that runs now, or null. */
  running: string | null;
  messages: MessageEntry[];
  files: FileEntry[];
  versions: VersionEntry[];
  /** The version that the files stand at, or null before the first. */
  version: number | null;
  canUndo: boolean;
  canRedo: boolean;
  /** Label of what undo takes back and of what redo brings back; null where there is nothing. */
  undoLabel: string | null;
  redoLabel: string | null;
  queue: EventData<'queued'>['items'];
  /** Whether commands can run for this project, else why not; the server that the preview shows, or null; the hosts that were opened to it. */
  sandbox: {
    commands: boolean;
    why: string | null;
    server: { command: string; port: number } | null;
    hosts: string[];
  };
  /** The sequence number of the newest event. */
  seq: number;
  /** The newest revision of the preview. */
  revision: number;
}

/** An account's own connection to Claude. */
export interface ConnectionDetail {
  kind: 'api_key' | 'oauth';
  /** What tells it apart: the last four characters of a key, for example `…a1B2`. */
  label: string;
  since: number;
  /** Why it cannot be used any more, in a sentence, or null. Then a new one has to be made. */
  broken: string | null;
}

/** `GET /api/account/passkeys` */
export interface PasskeyEntry {
  id: string;
  name: string;
  createdAt: number;
  lastUsedAt: number | null;
}

/** `GET /api/account/identities`: the accounts at providers by which this one can be signed in to. */
export interface IdentityEntry {
  id: string;
  /** Id of the provider. */
  provider: string;
  /** What tells it apart, for example an e-mail address, or null. */
  name: string | null;
  createdAt: number;
}

/** Answer of a sign-in. */
export interface SignInAnswer {
  /** `following` where projects of the visitor are still on their way into the account. */
  projects: 'here' | 'following';
}

/**
 * What became of a sign-in at a provider, as `?signin=` of the page that it comes back to. `done`: signed in; `following`: signed in, and
 * projects are on their way; `linked`: the account has one more way to sign in; `taken`: that one is another account's; `full`: the
 * account has enough of them; `cancelled`: at the provider; `expired`: it took too long, or was begun elsewhere; `failed`: anything else.
 */
export type SignInOutcome = 'done' | 'following' | 'linked' | 'taken' | 'full' | 'cancelled' | 'expired' | 'failed';

/** `GET /api/account/logins`: the browsers that are signed in. */
export interface LoginEntry {
  id: string;
  /** The browser and its system, as far as it says so. */
  device: string;
  createdAt: number;
  seenAt: number;
  /** True for the one that asks. */
  current: boolean;
}

/** A threshold that was passed: a part of one window, until that window resets. */
export interface AnnouncedThreshold {
  /** As `rateLimitType`. */
  window: string | null;
  threshold: number;
  resetsAt: number | null;
}

/** `GET /api/account` */
export interface AccountDetail {
  kind: 'visitor' | 'user';
  /** Trial turns that were used; a user's are those of before the sign-in. */
  trial: Trial;
  connection: ConnectionDetail | null;
  /** What Claude last said of the limits of the connection; null once it has reset. */
  rateLimit: EventData<'rate_limit'> | null;
  /** Thresholds of the connection's windows that the visitor was told of: no further word is needed. */
  announced: AnnouncedThreshold[];
  plan: string | null;
  /** Who would pay the next turn. */
  payer: Payer;
  /** Turns on the shared key today, for a signed-in account without a connection; null for everybody else. */
  hosted: { used: number; limit: number } | null;
  /** What Redraw calls the account: the name that a provider gave, or null. */
  name: string | null;
  /** Ways to sign in beside passkeys. */
  providers: { id: string; name: string }[];
  /** True where a Claude account can be connected by OAuth, not by key alone. */
  oauth: boolean;
  /** The public key of the check of new visitors, where there is one and this visitor has yet to pass it. */
  turnstile: string | null;
  /** True where the operator runs a scripted model instead of Claude. */
  demo: boolean;
}

/** `GET /api/models` */
export interface ModelEntry {
  id: string;
  name: string;
  allowed: boolean;
  /** Dollars per million tokens; null for a model that the catalogue does not know. */
  price: { input: number; output: number; cacheRead: number; cacheWrite: number } | null;
  /** Tokens. */
  contextWindow: number;
}

/** `POST /api/operator/reseal`: what became of one page of sealed records. */
export interface ResealReport {
  resealed: number;
  current: number;
  failed: number;
  /** Where the next call goes on; null after the last page. */
  cursor: string | null;
}

export type { Payer, Trial, TurnState };
