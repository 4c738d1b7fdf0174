/** The sender of a request. */
export interface Caller {
  /** Id of the visitor's account, which must own the session. */
  visitor: string;
  /** Digest of the login by which a user's browser is signed in; null for a visitor. */
  login: string | null;
  /** The origin on which Redraw is open: it may frame the preview. */
  origin: string;
}
