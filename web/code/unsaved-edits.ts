import { type ReadonlySignal, signal } from '@preact/signals';

/** A text that was changed by hand and not saved. */
export interface Edit {
  /** Hash of the file that it began from; null where there was none. */
  readonly base: string | null;
  readonly text: string;
}

/** What of `sessionStorage` is needed here. */
export interface EditStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Changes by hand that are not saved, by path. They outlive a reload of the page. */
export class Edits {
  readonly #all = signal<ReadonlyMap<string, Edit>>(new Map());
  readonly #key: string;
  readonly #shelf: EditStorage;

  constructor(session: string, shelf: EditStorage = sessionStorage) {
    this.#key = `redraw.edits.${session}`;
    this.#shelf = shelf;
    this.#all.value = this.#stored();
  }

  get all(): ReadonlySignal<ReadonlyMap<string, Edit>> {
    return this.#all;
  }

  set(path: string, edit: Edit): void {
    this.#keep(new Map(this.#all.peek()).set(path, edit));
  }

  drop(path: string): void {
    const rest = new Map(this.#all.peek());
    if (rest.delete(path)) this.#keep(rest);
  }

  #keep(edits: ReadonlyMap<string, Edit>): void {
    this.#all.value = edits;
    try {
      if (edits.size === 0) this.#shelf.removeItem(this.#key);
      else this.#shelf.setItem(this.#key, JSON.stringify([...edits]));
    } catch {
      // Too long for the browser to keep: the question before leaving guards it.
    }
  }

  #stored(): ReadonlyMap<string, Edit> {
    try {
      const stored: unknown = JSON.parse(this.#shelf.getItem(this.#key) ?? '[]');
      if (!Array.isArray(stored)) return new Map();
      return new Map(stored.filter(isStored));
    } catch {
      return new Map();
    }
  }
}

function isStored(entry: unknown): entry is [string, Edit] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const edit: unknown = entry[1];
  if (typeof edit !== 'object' || edit === null || !('text' in edit) || !('base' in edit)) return false;
  return typeof edit.text === 'string' && (edit.base === null || typeof edit.base === 'string');
}
