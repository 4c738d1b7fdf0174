/** A folder of a file tree. */
export interface Folder<T> {
  /** Empty for the root. */
  name: string;
  /** From the root, without a trailing slash. */
  path: string;
  folders: Folder<T>[];
  files: { name: string; file: T }[];
}

/** Sorts files into folders. A folder that holds only another folder is joined with it: `src/app`. */
export function treeOf<T extends { path: string }>(files: readonly T[]): Folder<T> {
  const root: Folder<T> = { name: '', path: '', folders: [], files: [] };
  const folders = new Map<string, Folder<T>>();
  for (const file of files) {
    const parts = file.path.split('/');
    const name = parts.pop() ?? file.path;
    let at = root;
    for (const part of parts) {
      const path: string = at.path === '' ? part : `${at.path}/${part}`;
      let next = folders.get(path);
      if (!next) {
        next = { name: part, path, folders: [], files: [] };
        folders.set(path, next);
        at.folders.push(next);
      }
      at = next;
    }
    at.files.push({ name, file });
  }
  return compact(root);
}

function compact<T>(folder: Folder<T>): Folder<T> {
  const folders = folder.folders.map(compact).map((inner) => {
    const only = inner.files.length === 0 && inner.folders.length === 1 ? inner.folders[0] : undefined;
    return only ? { ...only, name: `${inner.name}/${only.name}` } : inner;
  });
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  return { ...folder, folders: folders.sort(byName), files: folder.files.toSorted(byName) };
}
