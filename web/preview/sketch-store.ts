import * as v from 'valibot';
import { Sketch } from '../../src/protocol/bridge-messages.ts';

const PREFIX = 'redraw.sketch.';
/** Sketches kept on a device. */
const KEPT = 60;

const Kept = v.object({ at: v.number(), sketch: Sketch });

/** Where the pictures of the projects are kept: this browser, and nowhere else. */
export type SketchStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

function keysOf(store: SketchStore): string[] {
  return Array.from({ length: store.length }, (_, index) => store.key(index)).filter(
    (key): key is string => key?.startsWith(PREFIX) ?? false,
  );
}

function read(store: SketchStore, key: string): v.InferOutput<typeof Kept> | null {
  try {
    const parsed = v.safeParse(Kept, JSON.parse(store.getItem(key) ?? 'null'));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** The picture of a project as it was last seen on this device, or null. */
export function readSketch(session: string, store: SketchStore): Sketch | null {
  return read(store, PREFIX + session)?.sketch ?? null;
}

/** Keeps a picture; the oldest go where there are too many, and where there is no room nothing is kept. */
export function keepSketch(session: string, sketch: Sketch, store: SketchStore, now: number): void {
  try {
    const others = keysOf(store).filter((key) => key !== PREFIX + session);
    if (others.length >= KEPT) {
      const byAge = others.map((key) => ({ key, at: read(store, key)?.at ?? 0 })).sort((a, b) => a.at - b.at);
      for (const { key } of byAge.slice(0, others.length - KEPT + 1)) store.removeItem(key);
    }
    store.setItem(PREFIX + session, JSON.stringify({ at: now, sketch }));
  } catch {
    // A browser that keeps nothing, or no more: the project goes without a picture.
  }
}

export function forgetSketch(session: string, store: SketchStore): void {
  try {
    store.removeItem(PREFIX + session);
  } catch {
    // Nothing was kept.
  }
}
