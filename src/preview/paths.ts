// Workspace paths and their URLs. The form that a model may write is normalised in `workspace/workspace-path.ts`.

/** Resolves `.` and `..` in a workspace path. Null where it leaves the workspace. */
export function resolveDots(path: string): string | null {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') out.push(part);
    else if (out.pop() === undefined) return null;
  }
  return out.join('/');
}

/** The folder of a file without a trailing slash; empty at the root. */
function parentFolder(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Resolves a path relative to the folder of the file that contains it, or to the root where it begins with `/`. */
export function resolveFrom(file: string, relative: string): string | null {
  return resolveDots(relative.startsWith('/') ? relative : `${parentFolder(file)}/${relative}`);
}

/** The extension in lower case, with its dot; empty where there is none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}

/** The URL path under which a workspace path is served: `public/a b.svg` is `/a%20b.svg`. */
export function urlOf(path: string): string {
  const served = path.startsWith('public/') ? path.slice('public/'.length) : path;
  return `/${served.split('/').map(encodeURIComponent).join('/')}`.replace(/%40/g, '@').replace(/'/g, '%27');
}

/** Whether a path has a hidden segment, such as `.env`. Hidden files are never served. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}
