import * as v from 'valibot';
import { Sketch } from '../../src/protocol/sketch.ts';

const PREFIX = 'redraw.sketch.';
/** Sketches stored at the most. */
const MAX_SKETCHES = 60;

const StoredSketch = v.object({ at: v.number(), sketch: Sketch });

/** Storage of the projects' sketches: in this browser only. */
export type SketchStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

function keysOf(store: SketchStore): string[] {
  return Array.from({ length: store.length }, (_, index) => store.key(index)).filter(
    (key): key is string => key?.startsWith(PREFIX) ?? false,
  );
}

function read(store: SketchStore, key: string): v.InferOutput<typeof StoredSketch> | null {
  try {
    const parsed = v.safeParse(StoredSketch, JSON.parse(store.getItem(key) ?? 'null'));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** The sketch of a project as this browser last saw it, or null. */
export function readSketch(session: string, store: SketchStore): Sketch | null {
  return read(store, PREFIX + session)?.sketch ?? null;
}

/** Stores a sketch, in place of the oldest one beyond the limit. Does nothing if the storage is full or disabled. */
export function keepSketch(session: string, sketch: Sketch, store: SketchStore, now: number): void {
  try {
    const others = keysOf(store).filter((key) => key !== PREFIX + session);
    if (others.length >= MAX_SKETCHES) {
      const byAge = others.map((key) => ({ key, at: read(store, key)?.at ?? 0 })).sort((a, b) => a.at - b.at);
      for (const { key } of byAge.slice(0, others.length - MAX_SKETCHES + 1)) store.removeItem(key);
    }
    store.setItem(PREFIX + session, JSON.stringify({ at: now, sketch }));
  } catch {
    // The storage is full or disabled: the project has no sketch.
  }
}
