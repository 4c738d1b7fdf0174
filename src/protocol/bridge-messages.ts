import * as v from 'valibot';
import { bridgeLimits } from './bridge-limits.ts';
import { type BuildCode, type MissingCode, maxFaultChars } from './build-fault.ts';
import { PreviewProblem, PreviewReport, SourceSpot } from './requests.ts';
import { Sketch } from './sketch.ts';

/**
 * Messages between the page and the bridge in a previewed app.
 *
 * The bridge posts a `hello` to its parent; the page answers with `connect` to the frame's exact origin and transfers a `MessagePort`;
 * all other messages go over that port. Anything from the frame comes from an untrusted app: it is text to display.
 */

const revision = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A path of the app. Excludes strings that a URL parser could read as the address of another host. */
const path = v.pipe(v.string(), v.regex(/^\/(?![/\\])[^\t\r\n]*$/), v.maxLength(bridgeLimits.pathChars));

/** Frame to page, by `postMessage`: the bridge of a new document is ready to connect. */
export const BridgeHello = v.object({ redraw: v.literal('hello') });

/** Page to frame, by `postMessage` with one port. */
export const BridgeConnect = v.object({
  redraw: v.literal('connect'),
  nonce: v.pipe(v.string(), v.minLength(16), v.maxLength(64)),
});
export type BridgeConnect = v.InferOutput<typeof BridgeConnect>;

const offset = v.pipe(v.number(), v.finite());

/** An element that the visitor points at. */
export const PickedElement = v.object({
  selector: v.pipe(v.string(), v.nonEmpty(), v.maxLength(bridgeLimits.selectorChars)),
  /** In lower case. */
  tag: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9:_-]{0,60}$/)),
  /** Its text, or its accessible name; may be empty. */
  text: v.pipe(v.string(), v.maxLength(bridgeLimits.pickedChars)),
  /** The component that rendered it, where it is known. */
  component: v.optional(v.pipe(v.string(), v.maxLength(100))),
  /** Its position in the source, where it is known. */
  spot: v.optional(SourceSpot),
});
export type PickedElement = v.InferOutput<typeof PickedElement>;

const buildCodes = [
  'imports',
  'loads',
  'composes',
  'syntax',
  'not_module',
  'not_json',
  'too_large',
  'globs',
] as const satisfies readonly BuildCode[];
const missingCodes = [
  'leaves',
  'similar',
  'no_file',
  'no_module',
  'server',
  'shelf',
  'partly',
  'compiler',
  'styles',
  'esm',
  'no_sheet',
  'no_project_file',
  'tailwind',
] as const satisfies readonly MissingCode[];

const faultField = v.optional(v.pipe(v.string(), v.maxLength(maxFaultChars)));

/** What is wrong in a file that the preview builds: `BuildFault` in `build-fault.ts`. */
export const BuildFaultMessage = v.object({
  code: v.picklist(buildCodes),
  what: faultField,
  reason: v.optional(v.picklist(missingCodes)),
  name: faultField,
  only: faultField,
});

/** A problem of the app; with `build`, what is wrong, for the page's own words. */
export const FrameProblem = v.object({ ...PreviewProblem.entries, fault: v.optional(BuildFaultMessage) });
export type FrameProblem = v.InferOutput<typeof FrameProblem>;

/** Frame to page, over the port. */
export const FrameMessage = v.variant('type', [
  v.object({ type: v.literal('connected'), nonce: v.pipe(v.string(), v.maxLength(64)), revision }),
  /** The first render is painted, or an error that stays; after a swap of styles, the render with the new ones. */
  v.object({ type: v.literal('painted'), revision }),
  v.object({ type: v.literal('problem'), revision, problem: FrameProblem }),
  v.object({ type: v.literal('report'), report: PreviewReport }),
  /** The app's current path, and whether its history can go back and forward from there. */
  v.object({ type: v.literal('path'), path, back: v.optional(v.boolean()), forward: v.optional(v.boolean()) }),
  v.object({ type: v.literal('scroll'), x: offset, y: offset }),
  /** The styles cannot be swapped in place: the page must load a new document. */
  v.object({ type: v.literal('stale'), revision }),
  /** While the visitor picks: the element under the pointer. */
  v.object({ type: v.literal('pointed'), element: PickedElement }),
  v.object({ type: v.literal('picked'), element: PickedElement }),
  /** The visitor cancelled picking. */
  v.object({ type: v.literal('unpicked') }),
  v.object({ type: v.literal('sketch'), sketch: Sketch }),
  /** The answer to `ping`. */
  v.object({ type: v.literal('pong') }),
  v.object({ type: v.literal('notice'), text: v.pipe(v.string(), v.maxLength(500)) }),
]);
export type FrameMessage = v.InferOutput<typeof FrameMessage>;

/** Page to frame, over the port. */
export type PageMessage =
  /** From the revision `from` to `revision`, only these style sheets have changed. */
  | { type: 'css'; paths: string[]; from: number; revision: number }
  | { type: 'reload' }
  /** The app's own dev server brings all changes from the revision `from` to `revision` into the document. */
  | { type: 'hot'; from: number; revision: number }
  | { type: 'navigate'; to: string }
  | { type: 'scroll'; x: number; y: number }
  | { type: 'report' }
  /** What the bridge shows in the frame, in the page's words: by the English. */
  | { type: 'words'; words: Record<string, string> }
  /** Starts or stops picking an element. */
  | { type: 'pick'; on: boolean }
  | { type: 'ping' };
