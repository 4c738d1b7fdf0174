import { limits } from './limits.ts';

/** Limits of the channel between the page and the bridge in a previewed app, enforced at both ends. */
export const bridgeLimits = {
  /** Messages accepted at once. */
  burst: 60,
  /** Messages per second accepted over a long time. */
  perSecond: 20,
  /** Problems that one document may report. */
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

/** The heading over the problems that keep an app from running. */
export const overlayTitle = 'This app does not run yet';
