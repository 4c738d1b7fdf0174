/** Holds what was made of files, by content hash, in memory and up to a size. The caller owns it, one per session object. */
export interface TransformCache {
  get<T>(key: string, make: () => { value: T; bytes: number }): T;
}

/**
 * A cache that forgets what was not used for longest.
 *
 * @param maxBytes rough size of all values together; one larger than a quarter of it is not kept
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
