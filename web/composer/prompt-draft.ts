import { effect, type Signal } from '@preact/signals';

const PREFIX = 'redraw.draft.';

/** Where a text is kept while it is being written. */
export interface DraftStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Keeps a text that is being written, so that it survives a reload.
 *
 * @param where a session's id, or a name for a place that has none
 * @param store null where the browser keeps nothing
 * @returns ends it
 */
export function keepDraft(text: Signal<string>, where: string, store: DraftStore | null): () => void {
  const key = PREFIX + where;
  return effect(() => {
    const now = text.value;
    try {
      if (now === '') store?.removeItem(key);
      else store?.setItem(key, now);
    } catch {
      // The store is full or closed: the text lives as long as the page.
    }
  });
}

/** The text that was being written somewhere; empty where there was none. */
export function draftOf(where: string, store: DraftStore | null): string {
  try {
    return store?.getItem(PREFIX + where) ?? '';
  } catch {
    return '';
  }
}

/** Forgets what was being written somewhere: it was sent. */
export function dropDraft(where: string, store: DraftStore | null): void {
  try {
    store?.removeItem(PREFIX + where);
  } catch {
    // Nothing was kept either.
  }
}

/** The browser's own store, or null where it refuses one. */
export function localDrafts(): DraftStore | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
