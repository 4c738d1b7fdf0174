import { ProblemError } from '../protocol/problems.ts';

/** The sender of a request. */
export interface Caller {
  /** Id of the visitor's account, which must own the session. */
  visitor: string;
  /** Digest of the login by which a user's browser is signed in; null for a visitor. */
  login: string | null;
  /** The origin on which Redraw is open: it may frame the preview. */
  origin: string;
}

const noCookie =
  'Redraw does not know this browser: it sent no cookie (blocked, or deleted), or its sign-in has ended. If something here is yours, allow cookies for this site, or sign in again.';

/** The answer to a caller who is nobody, or not any more. */
export const unknownCaller = (): ProblemError => new ProblemError('not_found', noCookie, { reason: 'cookie' });
