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
  /** The sequence number of the newest event. */
  seq: number;
  /** The newest revision of the preview. */
  revision: number;
}

/** `GET /api/account` */
export interface AccountDetail {
  kind: 'visitor' | 'user';
  trial: Trial | null;
  connection: { kind: string; label: string; since: number } | null;
  rateLimit: EventData<'rate_limit'> | null;
  plan: string | null;
  /** True where the operator runs a scripted model instead of Claude. */
  demo: boolean;
}

/** `GET /api/models` */
export interface ModelEntry {
  id: string;
  name: string;
  allowed: boolean;
  /** Dollars per million tokens. */
  price: { input: number; output: number; cacheRead: number; cacheWrite: number };
  /** Tokens. */
  contextWindow: number;
}

export type { Payer, Trial, TurnState };
