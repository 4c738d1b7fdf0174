import { expect, test } from 'vitest';
import { keepSketch, readSketch, type SketchStore } from '../../../web/preview/sketch-store.ts';

function memoryStore(room = Number.POSITIVE_INFINITY): SketchStore {
  const map = new Map<string, string>();
  return {
    get length() {
      return map.size;
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem(key, value) {
      if (map.size >= room) throw new DOMException('full', 'QuotaExceededError');
      map.set(key, value);
    },
    removeItem: (key) => void map.delete(key),
  };
}

const sketch = {
  aspect: 1.5,
  ground: '#ffffff',
  shapes: [{ x: 0, y: 0, w: 10, h: 10, kind: 'box' as const, fill: '#112233' }],
};

test('keeps the picture of a project', () => {
  const store = memoryStore();
  keepSketch('a', sketch, store, 1);
  expect(readSketch('a', store)).toEqual(sketch);
});

test('the oldest pictures make room for new ones', () => {
  const store = memoryStore();
  for (let at = 0; at < 70; at++) keepSketch(`s${at}`, sketch, store, at);
  expect(store.length).toBe(60);
  expect(readSketch('s9', store)).toBeNull();
  expect(readSketch('s10', store)).not.toBeNull();
});

test('a store that is full, or holds something else, does no harm', () => {
  keepSketch('a', sketch, memoryStore(0), 1);
  const store = memoryStore();
  store.setItem('redraw.sketch.a', '{"at": 1, "sketch": {"shapes": "none"}}');
  expect(readSketch('a', store)).toBeNull();
});
