/** The sender of a request. */
export interface Caller {
  /** Id of the visitor's account, which must own the session. */
  visitor: string;
  /** The origin on which Redraw is open: it may frame the preview. */
  origin: string;
}
