import type { View } from './view.ts';

/** What changed from one revision of the preview to another. */
export interface Changes {
  /** Workspace paths. */
  readonly paths: readonly string[];
  /** Whether the app's own server brings all of it into the running page. */
  readonly hot: boolean;
}

/**
 * The changes after one revision, up to another or a newer one.
 *
 * @returns null if a revision between them is not known, or not what it changed: then only a new document shows them. The project's
 * detail may name a revision whose events have not arrived.
 */
export function changesBetween({ preview }: View, after: number, upTo: number): Changes | null {
  const newer = preview.changes.filter(({ revision }) => revision > after);
  if (preview.revision < upTo || newer.length !== preview.revision - after) return null;
  const hot = newer.every((change) => change.hot);
  if (!hot && newer.some(({ paths }) => !paths)) return null;
  return { paths: [...new Set(newer.flatMap(({ paths }) => paths ?? []))], hot };
}
