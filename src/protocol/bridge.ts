import * as v from 'valibot';
import { bridgeLimits } from './bridge-limits.ts';
import { PreviewProblem, PreviewReport } from './requests.ts';

/**
 * What the page and the bridge in a previewed app say to each other.
 *
 * The bridge posts a `hello` to its parent, the page answers with `connect` to the frame's exact origin and hands over a
 * `MessagePort`; all else goes over that port. Whatever comes from the frame was written by an untrusted app: it is text to display.
 */

const revision = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A path of the app's own: what a URL parser could take for another host's address is none. */
const path = v.pipe(v.string(), v.regex(/^\/(?![/\\])[^\t\r\n]*$/), v.maxLength(bridgeLimits.pathChars));

/** Frame to page, by `postMessage`: a bridge waits in a new document. */
export const BridgeHello = v.object({ redraw: v.literal('hello') });

/** Page to frame, by `postMessage` with one port. */
export const BridgeConnect = v.object({
  redraw: v.literal('connect'),
  nonce: v.pipe(v.string(), v.minLength(16), v.maxLength(64)),
});
export type BridgeConnect = v.InferOutput<typeof BridgeConnect>;

const offset = v.pipe(v.number(), v.finite());

/** Frame to page, over the port. */
export const FrameMessage = v.variant('type', [
  v.object({ type: v.literal('connected'), nonce: v.pipe(v.string(), v.maxLength(64)), revision }),
  /** The first picture stands, or an error that stays; after a swap of styles, the new one. */
  v.object({ type: v.literal('painted'), revision }),
  v.object({ type: v.literal('problem'), revision, problem: PreviewProblem }),
  v.object({ type: v.literal('report'), report: PreviewReport }),
  v.object({ type: v.literal('path'), path }),
  v.object({ type: v.literal('scroll'), x: offset, y: offset }),
  /** The styles cannot be swapped in place: a new document is needed. */
  v.object({ type: v.literal('stale'), revision }),
  /** The answer to `ping`. */
  v.object({ type: v.literal('pong') }),
  v.object({ type: v.literal('notice'), text: v.pipe(v.string(), v.maxLength(500)) }),
]);
export type FrameMessage = v.InferOutput<typeof FrameMessage>;

/** Page to frame, over the port. */
export type PageMessage =
  | { type: 'css'; paths: string[]; revision: number }
  | { type: 'reload' }
  | { type: 'navigate'; to: string }
  | { type: 'scroll'; x: number; y: number }
  | { type: 'report' }
  | { type: 'ping' };
