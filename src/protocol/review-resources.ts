/** Types of the JSON answers about reviews. Credits have six decimal places at the most, times are UNIX milliseconds. */

/** `submitted`: an operator decides. `confirmed`: without credits. `restored`: with credits, by the server or an operator. */
export type ReviewState = 'submitted' | 'confirmed' | 'declined' | 'restored';

/** What the session saw of one turn. */
export interface TurnEvidence {
  turn: string;
  model: string;
  state: string;
  /** UNIX milliseconds of its begin. */
  at: number;
  steps: number;
  tokens: { input: number; output: number; cacheRead: number; cacheWrite: number };
  /** Of the list price, the part that reading the context has cost: 0 to 1. */
  contextShare: number;
  /** Attempts at Claude that were made again. */
  retries: number;
  /** Of these, the ones that Claude's side had failed: 5xx, overloaded, or the connection broke. */
  upstreamFailures: number;
  /** Steps that were asked again because the object was lost. */
  lost: number;
  /** The code of its `prompt_error`; null where there was none. */
  code: string | null;
  /** Checks of the preview that reported problems or a blank page. */
  failingPreviews: number;
  /** Files that its prompt brought. */
  attachments: number;
}

/** What the session knows of itself and of the turns that are asked about. */
export interface SessionEvidence {
  title: string;
  model: string;
  /** `ready`, `error`, or `unknown` where nobody has looked. */
  previewStatus: string;
  messages: number;
  /** Tokens that its newest reply has read. */
  contextSize: number;
  turns: TurnEvidence[];
}

/** A fault of the platform, as the server saw it. */
export type PlatformFault = 'internal' | 'upstream' | 'lost_object';

export type ReviewTurn = TurnEvidence & {
  /** What it has cost; 0 where it was given back. */
  credits: number;
  /** What the account's turns with the same model and of a similar size cost; null where there are too few. */
  medianCredits: number | null;
  faults: PlatformFault[];
};

export interface ReviewEvidence extends Omit<SessionEvidence, 'turns'> {
  turns: ReviewTurn[];
}

/** A way to use fewer credits in this very project: an open set of codes. */
export type ReviewTip =
  | { code: 'start_fresh'; percent: number }
  | { code: 'smaller_model'; model: string }
  | { code: 'describe_differently' }
  | { code: 'check_preview'; count: number }
  | { code: 'attach_less'; count: number }
  | { code: 'ask_first' };

/** `GET /api/account/reviews`: an entry of the list; `POST` answers with one, and with `evidence`. */
export interface ReviewEntry {
  id: string;
  state: ReviewState;
  session: string;
  /** The project's title when it was asked. */
  title: string;
  task: string;
  /** What was restored; 0 where nothing was. */
  credits: number;
  /** What the turns have cost. */
  cost: number;
  /** English; an operator's own words once they have decided. */
  advice: string;
  tips: ReviewTip[];
  at: number;
  /** When a decision is due; null where nobody has to decide. */
  dueAt: number | null;
  decidedAt: number | null;
}

export interface ReviewAnswer extends ReviewEntry {
  evidence: ReviewEvidence;
}

/** `GET /api/operator/reviews`: an entry. `note`: what the person gave with it. */
export interface OperatorReview {
  id: string;
  account: string;
  session: string;
  state: ReviewState;
  task: string;
  note: { model?: string; previewStatus?: string; messages?: number; contextSize?: number; contact?: string };
  evidence: ReviewEvidence;
  /** What the turns have cost, and what was restored. */
  cost: number;
  credits: number;
  advice: string;
  at: number;
  dueAt: number | null;
  decidedAt: number | null;
}

/** `GET /api/operator/feedback`, `/enquiries`: an entry. */
export interface InboxMessage {
  id: string;
  account: string;
  kind: string;
  text: string;
  session: string | null;
  /** Of an enquiry: what it asks for. */
  wants: { members?: number | undefined; models?: string[] | undefined; budgetUsd?: number | undefined } | null;
  at: number;
}

/** A page of a list of the operator's, newest first. */
export interface InboxPage<T> {
  entries: T[];
  next: string | null;
}
