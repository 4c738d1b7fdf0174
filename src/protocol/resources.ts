import type { EventData, Payer, Trial, TurnState, VersionStep } from './events.ts';

/** Types of the JSON answers, for the web app and the tests. Times are UNIX milliseconds. */

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
  /** The first line of a turn's prompt; of any other kind a sentence in English, for which `path`, `isNew` and `of` have the fields. */
  label: string;
  kind: 'turn' | 'edit' | 'undo' | 'redo' | 'revert';
  /** The file of an edit; absent where the edit is of several. */
  path?: string | undefined;
  /** True where that file was not there before. */
  isNew?: boolean | undefined;
  /** The version that an undo took back, a redo restored, or a revert went back to. */
  of?: number | undefined;
  /** True where the turn that created it was stopped. */
  stopped: boolean;
  createdAt: number;
  /** The first paths; of older versions with many perhaps none. */
  changed: string[];
  /** How many paths more; absent where `changed` has all. */
  more?: number | undefined;
  /** True where its files were dropped to make room: it cannot be looked at or gone back to any more. */
  gone?: boolean | undefined;
}

/** A prompt or an answer of a turn, without deltas and tool results. */
export interface MessageEntry {
  turn: string;
  role: 'user' | 'assistant';
  text: string;
  /** Of a prompt that was to change nothing: as in `turn_started`. */
  mode?: string;
}

/** `GET /api/sessions/:id` */
export interface SessionDetail extends SessionSummary {
  /** When it is deleted if nobody uses it until then, as a visitor's is; null where it stays. */
  expiresAt: number | null;
  previewUrl: string;
  model: string;
  /** The running turn, or null. */
  running: string | null;
  /** With `?messages=1` only. */
  messages?: MessageEntry[];
  files: FileEntry[];
  versions: VersionEntry[];
  /** The version that the files are at, or null before the first. */
  version: number | null;
  canUndo: boolean;
  canRedo: boolean;
  /** Label of the version that undo reverts, and of the one that redo restores; null where there is none. */
  undoLabel: string | null;
  redoLabel: string | null;
  /** What undo would take back, and what redo would restore; null where there is nothing. */
  undo: VersionStep | null;
  redo: VersionStep | null;
  queue: EventData<'queued'>['items'];
  /**
   * `commands`: whether commands can run for this project; `why`: the reason where they cannot; `server`: the server that the preview
   * shows, or null; `hosts`: the hosts that the container may reach.
   */
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
  /** Distinguishes connections: the last four characters of a key, for example `…a1B2`. */
  label: string;
  since: number;
  /** A sentence on why it cannot be used any more, or null. The visitor must connect again then. */
  broken: string | null;
  /** The reason of `broken`, as with the code `connection_broken`; absent where none is known. */
  brokenReason?: string;
}

/** `GET /api/account/passkeys` */
export interface PasskeyEntry {
  id: string;
  name: string;
  createdAt: number;
  lastUsedAt: number | null;
}

/** `GET /api/account/identities`: the accounts at providers that sign in to this account. */
export interface IdentityEntry {
  id: string;
  /** Id of the provider. */
  provider: string;
  /** Distinguishes identities, for example an e-mail address; or null. */
  name: string | null;
  createdAt: number;
}

/** The answer to a sign-in. */
export interface SignInAnswer {
  /** `following` where projects of the visitor are still being transferred to the account. */
  projects: 'here' | 'following';
}

/**
 * The outcome of a sign-in at a provider, as `?signin=` of the page that the browser returns to. `done`: signed in; `following`: signed
 * in, and projects are still being transferred; `linked`: the account has one more identity; `taken`: the identity belongs to another
 * account; `full`: the account has the maximum of identities; `proven`: who was signed in has proved it; `other`: that identity does not sign
 * in to the account of who is signed in; `cancelled`: at the provider; `expired`: too late, or begun in another
 * browser; `failed`: anything else.
 */
export type SignInOutcome =
  | 'done'
  | 'following'
  | 'linked'
  | 'taken'
  | 'full'
  | 'proven'
  | 'other'
  | 'cancelled'
  | 'expired'
  | 'too_many'
  | 'failed';

/** `GET /api/account/logins`: the signed-in browsers. */
export interface LoginEntry {
  id: string;
  /** The browser and its operating system, as far as the browser names them. */
  device: string;
  createdAt: number;
  seenAt: number;
  /** True for the browser that asks. */
  current: boolean;
}

/** A threshold that was passed, as a fraction of one window, until that window resets. */
export interface AnnouncedThreshold {
  /** The window's `rateLimitType`. */
  window: string | null;
  threshold: number;
  resetsAt: number | null;
}

/** `GET /api/account` */
export interface AccountDetail {
  kind: 'visitor' | 'user';
  /** Used trial turns; for a user, those before the sign-in. */
  trial: Trial;
  connection: ConnectionDetail | null;
  /** The last rate limit state of the connection; null once it has reset. */
  rateLimit: EventData<'rate_limit'> | null;
  /** Thresholds of the connection's windows that the visitor has already been told of. */
  announced: AnnouncedThreshold[];
  /** The plan of a user, where the operator has credits on. */
  plan: string | null;
  /** A plan that is not everybody's; null otherwise. `endsAt`: null where it goes on. */
  subscription: {
    plan: string;
    name: string;
    period: 'month' | 'year';
    renewsAt: number | null;
    endsAt: number | null;
  } | null;
  /** Null for a visitor and for a connected account, and where credits are off. */
  credits: { total: number } | null;
  /** Who would pay the next turn. */
  payer: Payer;
  /** Turns on the shared key today, for a signed-in account without a connection; null for everybody else. */
  hosted: { used: number; limit: number } | null;
  /** The account's name as given by a provider, or null. */
  name: string | null;
  /** Providers to sign in with, beside passkeys. */
  providers: { id: string; name: string }[];
  /** True where a Claude account can be connected by OAuth as well as by key. */
  oauth: boolean;
  /** The site key of Turnstile, where it is on and this visitor has yet to pass it; else null. */
  turnstile: string | null;
  /** Days without use after which a visitor's project is deleted; null where it stays, as a user's does. */
  projectDays: number | null;
  /** True where the operator runs a scripted model instead of Claude. */
  demo: boolean;
}

/** `GET /api/models` */
export interface ModelEntry {
  id: string;
  name: string;
  allowed: boolean;
  /** Dollars per million tokens; null for a model that is not in the catalogue. */
  price: { input: number; output: number; cacheRead: number; cacheWrite: number } | null;
  /** Tokens. */
  contextWindow: number;
}

/** `POST /api/operator/reseal`: the result for one page of sealed records, as counts. */
export interface ResealReport {
  resealed: number;
  current: number;
  failed: number;
  /** The cursor for the next call; null after the last page. */
  cursor: string | null;
}

export type { Payer, Trial, TurnState };
