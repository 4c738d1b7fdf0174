import { type ReadonlySignal, signal } from '@preact/signals';

/** A file's text with unsaved changes of the visitor. */
export interface Edit {
  /** Hash of the file when the edit began; null for a new file. */
  readonly base: string | null;
  readonly text: string;
}

/** The used part of `sessionStorage`. */
export interface EditStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Unsaved edits of a project's files, by path. They survive a reload of the page. */
export class UnsavedEdits {
  readonly #all = signal<ReadonlyMap<string, Edit>>(new Map());
  readonly #key: string;
  readonly #storage: EditStorage;

  constructor(session: string, storage: EditStorage = sessionStorage) {
    this.#key = `redraw.edits.${session}`;
    this.#storage = storage;
    this.#all.value = this.#read();
  }

  get all(): ReadonlySignal<ReadonlyMap<string, Edit>> {
    return this.#all;
  }

  set(path: string, edit: Edit): void {
    this.#store(new Map(this.#all.peek()).set(path, edit));
  }

  drop(path: string): void {
    const rest = new Map(this.#all.peek());
    if (rest.delete(path)) this.#store(rest);
  }

  #store(edits: ReadonlyMap<string, Edit>): void {
    this.#all.value = edits;
    try {
      if (edits.size === 0) this.#storage.removeItem(this.#key);
      else this.#storage.setItem(this.#key, JSON.stringify([...edits]));
    } catch {
      // The storage is full: the browser's question before leaving the page protects the edits.
    }
  }

  #read(): ReadonlyMap<string, Edit> {
    try {
      const stored: unknown = JSON.parse(this.#storage.getItem(this.#key) ?? '[]');
      if (!Array.isArray(stored)) return new Map();
      return new Map(stored.filter(isEditEntry));
    } catch {
      return new Map();
    }
  }
}

function isEditEntry(entry: unknown): entry is [string, Edit] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const edit: unknown = entry[1];
  if (typeof edit !== 'object' || edit === null || !('text' in edit) || !('base' in edit)) return false;
  return typeof edit.text === 'string' && (edit.base === null || typeof edit.base === 'string');
}
