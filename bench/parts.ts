import { bytes } from './bytes.ts';
import { compaction } from './compaction.ts';
import { containers } from './containers.ts';
import { crowd } from './crowd.ts';
import { hostilePreview } from './hostile-preview.ts';
import { latency } from './latency.ts';
import { open } from './open.ts';
import { phone } from './phone.ts';
import { busyPreview, preview } from './preview.ts';
import { simultaneous } from './simultaneous.ts';
import type { Part } from './support/part.ts';
import { tokenDelay } from './tokens.ts';

/**
 * All parts, in the order in which they run: what needs a quiet, new Redraw comes first, what fills its state folder later, and the part that
 * leaves streams under way last of those that share it.
 */
export const parts: readonly Part[] = [
  ...[compaction, latency, tokenDelay, bytes, preview, phone, open],
  ...[simultaneous, crowd, hostilePreview, busyPreview, containers],
];
