/** A `Storage` in memory. */
function memoryStorage(): Storage {
  const items = new Map<string, string>();
  const methods = {
    get length() {
      return items.size;
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (key: string) => items.get(String(key)) ?? null,
    setItem: (key: string, value: string) => {
      items.set(String(key), String(value));
    },
    removeItem: (key: string) => {
      items.delete(String(key));
    },
    clear: () => items.clear(),
  };
  return new Proxy<Storage>(methods, {
    get: (target, key) => Reflect.get(target, key) ?? (typeof key === 'string' ? items.get(key) : undefined),
    set: (_, key, value) => {
      items.set(String(key), String(value));
      return true;
    },
    deleteProperty: (_, key) => {
      items.delete(String(key));
      return true;
    },
    has: (target, key) => key in target || items.has(String(key)),
    ownKeys: () => [...items.keys()],
    getOwnPropertyDescriptor: (_, key) =>
      items.has(String(key))
        ? { value: items.get(String(key)), writable: true, enumerable: true, configurable: true }
        : undefined,
  });
}

/**
 * Replaces `localStorage` and `sessionStorage` by in-memory ones if the browser denies them to a framed page.
 *
 * @returns whether one was replaced
 */
export function supplyStorage(): boolean {
  let supplied = false;
  for (const name of ['localStorage', 'sessionStorage'] as const) {
    try {
      window[name].getItem('');
    } catch {
      Object.defineProperty(window, name, { value: memoryStorage(), configurable: true });
      supplied = true;
    }
  }
  return supplied;
}
