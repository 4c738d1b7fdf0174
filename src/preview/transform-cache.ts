/** In-memory cache of transformed files by content hash, limited in size. Each session object owns one. */
export interface TransformCache {
  get<T>(key: string, make: () => { value: T; bytes: number }): T;
}

/**
 * Creates an LRU cache.
 *
 * @param maxBytes approximate size of all values together; a value larger than a quarter of it is not cached
 */
export function createTransformCache(maxBytes = 12 * 1024 * 1024): TransformCache {
  const entries = new Map<string, { value: unknown; bytes: number }>();
  let total = 0;
  return {
    get<T>(key: string, make: () => { value: T; bytes: number }): T {
      const hit = entries.get(key);
      if (hit) {
        entries.delete(key);
        entries.set(key, hit);
        return hit.value as T;
      }
      const made = make();
      if (made.bytes > maxBytes / 4) return made.value;
      entries.set(key, made);
      total += made.bytes;
      for (const [oldest, entry] of entries) {
        if (total <= maxBytes) break;
        entries.delete(oldest);
        total -= entry.bytes;
      }
      return made.value;
    },
  };
}
