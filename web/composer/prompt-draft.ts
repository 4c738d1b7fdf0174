import { effect, type Signal } from '@preact/signals';

const KEY_PREFIX = 'redraw.draft.';

/** Where a text is kept while it is being written. */
export interface DraftStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Keeps a text that is being written, so that it survives a reload.
 *
 * @param id a session's id, or a name for a place that has none
 * @param store null where the browser keeps nothing
 * @returns ends it
 */
export function persistDraft(text: Signal<string>, id: string, store: DraftStore | null): () => void {
  const key = KEY_PREFIX + id;
  return effect(() => {
    const draft = text.value;
    try {
      if (draft === '') store?.removeItem(key);
      else store?.setItem(key, draft);
    } catch {
      // The store is full or closed: the text lives as long as the page.
    }
  });
}

/** The text that was being written somewhere; empty where there was none. */
export function readDraft(id: string, store: DraftStore | null): string {
  try {
    return store?.getItem(KEY_PREFIX + id) ?? '';
  } catch {
    return '';
  }
}

/** Forgets what was being written somewhere: it was sent. */
export function deleteDraft(id: string, store: DraftStore | null): void {
  try {
    store?.removeItem(KEY_PREFIX + id);
  } catch {
    // Nothing was kept either.
  }
}

/** The browser's own store, or null where it refuses one. */
export function localDraftStore(): DraftStore | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
