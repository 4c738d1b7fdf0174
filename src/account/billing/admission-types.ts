import type { ClaudeCredential } from '../../claude/claude-client.ts';
import type { TurnSettlement } from '../../credits/ledger.ts';
import type { KnownNetwork } from '../../operator/treasury.ts';
import type { Payer, Trial } from '../../protocol/events.ts';
import type { ProblemCode } from '../../protocol/problems.ts';
import type { CallHold } from '../credits/credit-holds.ts';
import type { LimitNote } from './rate-limit-store.ts';

/** A session's request to run a turn. */
export interface AdmissionRequest {
  /** Id of the turn: a repeated request gets the same lease. */
  turn: string;
  session: string;
  /** The title of the project, for the account's list. */
  title: string;
  /** The owner of the session: the account that this request goes to. */
  visitor: string;
  /** The network address of the prompt; empty if it is unknown, which counts as one address. */
  address: string;
  /** What is known of the network of an address that is unknown. */
  network?: KnownNetwork | null;
  /** The model that the prompt asks for, or null. If the payer does not allow it, the turn is refused. */
  model: string | null;
  /** The model of the session. If the payer does not allow it, the default model builds. */
  preferred: string;
  /** Dollars that the turn's first model call reserves at least: the operator's budget must cover them. */
  leastUsd: number;
  /** Tokens that the turn's first request may have, as far as they can be estimated. */
  promptTokens: number;
  /** Whether the turn is to make its project: one more for the address. */
  newProject?: boolean;
  /** Whether the prompt comes from the queue: it waits for credits where there are none. */
  queued?: boolean;
  /** "Try anyway": admits the turn even if the account is known to be at its limit. */
  force?: boolean;
}

/** The right to run one turn, with its payer. */
export interface Lease {
  turn: string;
  payer: Payer;
  /** Null unless the trial pays. */
  trial: Trial | null;
  /** The model that builds. */
  model: string;
  /** Identifies the Claude account. Claude accepts earlier thinking blocks only from the same source and model. */
  source: string;
  /** Seconds after which the account's plan lets an idle container sleep; absent where there are no plans. */
  sandboxSleepSeconds?: number;
  /** What is held for the turn's first model call; absent unless credits pay. */
  hold?: CallHold;
  /** The credential for the turn's requests. Passed by RPC only; a session never stores it. */
  credential: ClaudeCredential;
}

export interface Refusal {
  ok: false;
  /** Who would have paid. */
  payer: Payer;
  code: ProblemCode;
  detail: string;
  fields: Record<string, unknown>;
}

export type Admission = { ok: true; lease: Lease } | Refusal;

/** The end of a turn, reported to the account. */
export interface Settlement {
  turn: string;
  /** Whether the turn uses up one of the payer's allowance: the trial's turns, or a user's turns of the day; or its credits. */
  counted: boolean;
  /** What a turn on credits has cost; absent for one that has not begun, or that somebody else pays. */
  credits?: Omit<TurnSettlement, 'turn' | 'isCounted'>;
  /** News about the limits of the account's connection since the session's last report, or null. */
  limit?: LimitNote | null;
}
