/** A folder with what lies in it, for a tree. */
export interface Folder<T> {
  /** Its own name; empty for the root. */
  name: string;
  /** From the root, without a slash at its end. */
  path: string;
  folders: Folder<T>[];
  files: { name: string; file: T }[];
}

/** Sorts files into folders. Folders that hold nothing but one folder become one line. */
export function treeOf<T extends { path: string }>(files: readonly T[]): Folder<T> {
  const root: Folder<T> = { name: '', path: '', folders: [], files: [] };
  for (const file of files) {
    const parts = file.path.split('/');
    const name = parts.pop() ?? file.path;
    let at = root;
    for (const part of parts) {
      let next = at.folders.find((folder) => folder.name === part);
      if (!next) {
        next = { name: part, path: at.path === '' ? part : `${at.path}/${part}`, folders: [], files: [] };
        at.folders.push(next);
      }
      at = next;
    }
    at.files.push({ name, file });
  }
  return tidy(root);
}

function tidy<T>(folder: Folder<T>): Folder<T> {
  const folders = folder.folders.map(tidy).map((inner) => {
    const only = inner.files.length === 0 && inner.folders.length === 1 ? inner.folders[0] : undefined;
    return only ? { ...only, name: `${inner.name}/${only.name}` } : inner;
  });
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  return { ...folder, folders: folders.sort(byName), files: folder.files.toSorted(byName) };
}
