import * as v from 'valibot';
import { Sketch } from '../../src/protocol/bridge.ts';

/** What of `localStorage` is needed here. */
export interface SketchShelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const INDEX = 'redraw.sketches';
const keyOf = (session: string) => `redraw.sketch.${session}`;
/** Sketches that are kept: of the projects looked at last. */
const KEPT = 60;
/** Characters of one sketch as it is stored. */
const LONGEST = 12_000;

type Packed = [aspect: number, ground: string, ...shapes: [number, number, number, number, number, string][]];
const kinds = ['box', 'text', 'image'] as const;

/** Keeps the last picture of a project in this browser. Says nothing where the browser keeps nothing. */
export function keepSketch(session: string, sketch: Sketch, shelf: SketchShelf = localStorage): void {
  const packed: Packed = [
    Math.round(sketch.aspect * 1000) / 1000,
    sketch.ground,
    ...sketch.shapes.map(
      ({ x, y, w, h, kind, fill }) =>
        [x, y, w, h, kinds.indexOf(kind), fill] satisfies [number, number, number, number, number, string],
    ),
  ];
  const text = JSON.stringify(packed);
  if (text.length > LONGEST) return;
  try {
    const known = (shelf.getItem(INDEX) ?? '').split(' ').filter((id) => id !== '' && id !== session);
    for (const old of known.splice(KEPT - 1)) shelf.removeItem(keyOf(old));
    shelf.setItem(keyOf(session), text);
    shelf.setItem(INDEX, [session, ...known].join(' '));
  } catch {
    // Full, or not allowed: the project has no picture.
  }
}

/** The last picture of a project, or null where this browser has none. */
export function sketchOf(session: string, shelf: SketchShelf = localStorage): Sketch | null {
  try {
    const packed: unknown = JSON.parse(shelf.getItem(keyOf(session)) ?? 'null');
    if (!Array.isArray(packed)) return null;
    const [aspect, ground, ...shapes] = packed;
    const sketch = {
      aspect,
      ground,
      shapes: shapes.map(([x, y, w, h, kind, fill]) => ({ x, y, w, h, kind: kinds[kind], fill })),
    };
    return v.is(Sketch, sketch) ? sketch : null;
  } catch {
    return null;
  }
}

/** Forgets the picture of a project that is deleted. */
export function forgetSketch(session: string, shelf: SketchShelf = localStorage): void {
  try {
    shelf.removeItem(keyOf(session));
  } catch {
    // Nothing is kept, so nothing is to be forgotten.
  }
}
