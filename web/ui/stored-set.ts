/** Entries at the most; the oldest goes first. */
const MAX_ENTRIES = 40;

/** A small set of strings in `localStorage`, shared by all pages of this browser. Without storage it lasts as long as the page. */
export class StoredSet {
  readonly #key: string;
  /** Stands in for a disabled storage. */
  #fallback: readonly string[] = [];

  /** @param name the storage key without its prefix `redraw.` */
  constructor(name: string) {
    this.#key = `redraw.${name}`;
  }

  all(): readonly string[] {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(this.#key) ?? '[]');
      return Array.isArray(stored) ? stored.filter((entry) => typeof entry === 'string') : [];
    } catch {
      return this.#fallback;
    }
  }

  add(entry: string): void {
    this.#store([...this.all().filter((other) => other !== entry), entry].slice(-MAX_ENTRIES));
  }

  remove(entry: string): void {
    this.#store(this.all().filter((other) => other !== entry));
  }

  #store(entries: readonly string[]): void {
    this.#fallback = entries;
    try {
      localStorage.setItem(this.#key, JSON.stringify(entries));
    } catch {
      // The storage is full or disabled: `#fallback` has the entries.
    }
  }
}
