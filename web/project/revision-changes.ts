import type { View } from './view.ts';

/** Whether the app applies all changes after a revision to the running page by itself. */
export function isHotSince({ preview }: View, revision: number): boolean {
  const newer = preview.changes.filter((change) => change.revision > revision);
  return newer.length === preview.revision - revision && newer.every((change) => change.hot);
}

/**
 * Paths changed after a revision, up to the newest.
 *
 * @returns null if they are not known: then everything has to be reloaded
 */
export function changedSince(view: View, revision: number): readonly string[] | null {
  const { changes } = view.preview;
  const newer = changes.filter((change) => change.revision > revision);
  const oldest = changes[0];
  if (!oldest || oldest.revision > revision + 1) return null;
  const paths = new Set<string>();
  for (const change of newer) {
    if (!change.paths) return null;
    for (const path of change.paths) paths.add(path);
  }
  return [...paths];
}
