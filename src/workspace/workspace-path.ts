import { limits } from '../protocol/limits.ts';
import { ProblemError } from '../protocol/problems.ts';

export type PathResult = { ok: true; path: string } | { ok: false; error: string };

/** Path of the workspace as the model sees it. */
const workspaceRoot = '/app';

/** A workspace path as the model sees it: `src/App.tsx` is `/app/src/App.tsx`. */
export const absolutePath = (path: string): string => (path === '' ? workspaceRoot : `${workspaceRoot}/${path}`);

// Control characters, line separators and bidirectional controls: a name must look like what it is.
const forbidden = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

const refuse = (error: string): PathResult => ({ ok: false, error });

/**
 * Normalises the path of a file (`/app/src/App.tsx`, `./src/App.tsx`) to its form relative to the workspace: `src/App.tsx`.
 *
 * @returns the path, or a sentence that says why it is not valid
 */
export function normalizePath(input: string): PathResult {
  const result = normalizeFolder(input);
  if (!result.ok) return result;
  if (result.path === '') return refuse(`${workspaceRoot} is the workspace itself. Name a file in it.`);
  if (/\/\.?$/.test(input)) return refuse(`The path ${input} names a directory. Name a file in it.`);
  return result;
}

/** Like {@link normalizePath}, for a path that may be a folder. The empty path is the workspace itself. */
export function normalizeFolder(input: string): PathResult {
  if (input.trim() === '') return refuse(`The path is empty. Give one such as ${workspaceRoot}/src/App.tsx.`);
  if (input.length > limits.pathChars * 2) return refuse(tooLong);
  if (forbidden.test(input) || !input.isWellFormed()) return refuse('The path has characters that cannot be seen.');
  if (input.includes('\\')) return refuse('The path has a backslash. Separate folders by /.');

  let relative = input;
  if (input.startsWith('/')) {
    if (input !== workspaceRoot && !input.startsWith(`${workspaceRoot}/`)) {
      return refuse(`The path ${input} is outside the workspace. All files are in ${workspaceRoot}.`);
    }
    relative = input.slice(workspaceRoot.length);
  }

  const segments: string[] = [];
  for (const segment of relative.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) {
        return refuse(`The path ${input} leaves the workspace. All files are in ${workspaceRoot}.`);
      }
      continue;
    }
    if (segment.toLowerCase() === '.git') return refuse('The folder .git is not part of the workspace.');
    segments.push(segment);
  }
  const path = segments.join('/');
  return path.length > limits.pathChars ? refuse(tooLong) : { ok: true, path };
}

const tooLong = `The path is too long: it may have ${limits.pathChars} characters.`;

/** The normalised path of a file. @throws ProblemError `invalid_request` */
export function filePath(input: string): string {
  const result = normalizePath(input);
  if (!result.ok) throw new ProblemError('invalid_request', result.error, { reason: 'path' });
  return result.path;
}
