/** Entries that are kept of one kind at most. */
const MOST = 40;

/** A few words that this browser keeps, so that other pages of it know them. What it will not keep lasts as long as the page. */
export class StoredWords {
  readonly #key: string;
  #here: readonly string[] = [];

  /** @param name what is kept: `redraw.<name>` */
  constructor(name: string) {
    this.#key = `redraw.${name}`;
  }

  all(): readonly string[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((word) => typeof word === 'string') : [];
    } catch {
      return this.#here;
    }
  }

  add(word: string): void {
    this.#keep([...this.all().filter((one) => one !== word), word].slice(-MOST));
  }

  remove(word: string): void {
    this.#keep(this.all().filter((one) => one !== word));
  }

  #keep(words: readonly string[]): void {
    this.#here = words;
    try {
      localStorage.setItem(this.#key, JSON.stringify(words));
    } catch {
      // They last as long as the page.
    }
  }
}
