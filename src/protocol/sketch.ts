import * as v from 'valibot';
import { bridgeLimits } from './bridge-limits.ts';

const thousandth = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000));
const colour = v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/));

/** The visible part of the app as rectangles, enough to recognise it by. Coordinates in thousandths of width and height. */
export const Sketch = v.object({
  /** Width of the window divided by its height. */
  aspect: v.pipe(v.number(), v.minValue(0.1), v.maxValue(10)),
  ground: colour,
  /** From back to front. */
  shapes: v.pipe(
    v.array(
      v.object({
        x: thousandth,
        y: thousandth,
        w: thousandth,
        h: thousandth,
        kind: v.picklist(['box', 'text', 'image']),
        /** The words of a line of text, where it is large enough to be legible in a small picture. */
        words: v.optional(v.pipe(v.string(), v.maxLength(40))),
        fill: colour,
      }),
    ),
    v.maxLength(bridgeLimits.shapes),
  ),
});
export type Sketch = v.InferOutput<typeof Sketch>;
