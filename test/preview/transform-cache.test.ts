import { expect, test } from 'vitest';
import { createTransformCache } from '../../src/preview/transform-cache.ts';

/** A cache that records which values are made. */
function recordedCache(maxBytes?: number) {
  const cache = createTransformCache(maxBytes);
  const made: string[] = [];
  const get = (key: string, bytes = 25): string =>
    cache.get(key, () => {
      made.push(key);
      return { value: `value of ${key}`, bytes };
    });
  /** The keys of these that are made anew. */
  const missing = (...keys: string[]): string[] => {
    made.length = 0;
    for (const key of keys) get(key);
    return [...made];
  };
  return { get, missing };
}

test('a file is transformed once as long as it fits, up to the last byte', () => {
  const { get, missing } = recordedCache(100);
  for (const key of ['a', 'b', 'c', 'd']) expect(get(key)).toBe(`value of ${key}`);
  expect(missing('a', 'b', 'c', 'd')).toEqual([]);
  expect(get('a')).toBe('value of a');
});

test('what was used longest ago makes room, and no more of it than is needed', () => {
  const { get, missing } = recordedCache(100);
  for (const key of ['a', 'b', 'c', 'd', 'a', 'e', 'f']) get(key);
  expect(missing('a', 'd', 'e', 'f')).toEqual([]);
  expect(missing('b')).toEqual(['b']);
  expect(missing('d', 'e', 'f', 'b')).toEqual([]);
});

test('a value may take a quarter; a larger one is made each time, and displaces nothing', () => {
  const { get, missing } = recordedCache(100);
  for (const key of ['a', 'b', 'c', 'd']) get(key);
  expect([get('large', 26), get('large', 26)]).toEqual(['value of large', 'value of large']);
  expect(missing('a', 'b', 'c', 'd', 'large')).toEqual(['large']);
});

test('a cache of the usual size keeps the files of a large app', () => {
  const { get, missing } = recordedCache();
  const keys = Array.from({ length: 10 }, (_, index) => `file ${index}`);
  for (const key of keys) get(key, 1_000_000);
  expect(missing(...keys)).toEqual([]);
});
