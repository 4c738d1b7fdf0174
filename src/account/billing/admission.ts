import type { ClaudeCredential } from '../../claude/claude-client.ts';
import type { Payer, Trial } from '../../protocol/events.ts';
import type { ProblemCode } from '../../protocol/problems.ts';
import type { LimitNote } from './rate-limit-store.ts';

/** What a session asks before a turn may run. */
export interface AdmissionRequest {
  /** Id of the turn: the same id gets the same lease, however often it is asked. */
  turn: string;
  session: string;
  /** The title of the project, should the account not know it yet. */
  title: string;
  /** The owner of the session: the account that is asked. */
  visitor: string;
  /** The address that the prompt came from; empty where it is not known any more: all of those count as one. */
  address: string;
  /** The model that the prompt asks for, or null. Where the payer does not allow it, the turn is refused. */
  model: string | null;
  /** The model of the session. Where the payer does not allow it, the default builds. */
  preferred: string;
  /** The least that the first model call of the turn reserves, in dollars: what the operator's budget must still cover. */
  leastUsd: number;
  /** "Try anyway": also while the account is known to be at its limit. */
  force?: boolean;
}

/** The right to run one turn, with its payer. */
export interface Lease {
  turn: string;
  payer: Payer;
  /** Null where another than the trial pays. */
  trial: Trial | null;
  /** The model that builds. */
  model: string;
  /** Which Claude account answers: as long as this and the model stay the same, Claude takes its own thinking back. */
  source: string;
  /** What the turn asks Claude with. It goes by RPC only, and is never stored by the session. */
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

/** How a turn ended, for the account's books. */
export interface Settlement {
  turn: string;
  /** Whether the turn uses up a turn of what its payer allows: of the trial, or of a user's turns of the day. */
  counted: boolean;
  /** What the session has heard of the limits of the account's connection since it last told, or null. */
  limit?: LimitNote | null;
}
