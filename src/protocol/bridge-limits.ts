import { limits } from './limits.ts';

/** Limits of the link between the page and the bridge in a previewed app, enforced at both ends. */
export const bridgeLimits = {
  /** Messages that may come at once. */
  burst: 60,
  /** Messages a second that may come for long. */
  perSecond: 20,
  /** Problems that one document may tell of. */
  problems: 50,
  /** Bytes of one report. */
  reportBytes: limits.reportBytes,
  /** Characters of a problem's message. */
  messageChars: 2_000,
  /** Characters of a problem's stack. */
  stackChars: 4_000,
  /** Characters of a snapshot. */
  snapshotChars: 20_000,
  /** Characters of a path. */
  pathChars: 500,
  /** Characters of the selector of a picked element. */
  selectorChars: 400,
  /** Characters of the text of a picked element. */
  pickedChars: 200,
  /** Shapes of a sketch. */
  shapes: 120,
} as const;
