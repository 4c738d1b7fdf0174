import { effect, type Signal } from '@preact/signals';

const KEY_PREFIX = 'redraw.draft.';

/** The part of `Storage` that drafts need. */
export interface DraftStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Persists a text on every change, so that it survives a reload.
 *
 * @param id a session's id, or a name of its own for a box without a session
 * @param store null if storage is blocked
 * @returns stops persisting
 */
export function persistDraft(text: Signal<string>, id: string, store: DraftStore | null): () => void {
  const key = KEY_PREFIX + id;
  return effect(() => {
    const draft = text.value;
    try {
      if (draft === '') store?.removeItem(key);
      else store?.setItem(key, draft);
    } catch {
      // Storage is full or blocked: the text lives as long as the page.
    }
  });
}

/** @returns the draft, or an empty string */
export function readDraft(id: string, store: DraftStore | null): string {
  try {
    return store?.getItem(KEY_PREFIX + id) ?? '';
  } catch {
    return '';
  }
}

/** Deletes a draft, once it was sent. */
export function deleteDraft(id: string, store: DraftStore | null): void {
  try {
    store?.removeItem(KEY_PREFIX + id);
  } catch {
    // Storage is blocked, so nothing was stored.
  }
}

/** @returns localStorage, or null if the browser blocks it */
export function localDraftStore(): DraftStore | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
