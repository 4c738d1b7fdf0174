import type { BuildWords } from '../protocol/build-fault.ts';

/** What the preview's own build says to Claude, and to a page in English. */
export const buildWords: BuildWords = {
  imports: (path, what, reason) => `${path} imports '${what}', but ${reason}.`,
  loads: (path, what, reason) => `${path} loads '${what}', but ${reason}.`,
  composes: (path, what, reason) => `${path} composes from '${what}', but ${reason}.`,
  syntax: (path, what) => `${path} has a syntax error: ${what}`,
  not_module: (path) => `${path} has a syntax error: this is not a module`,
  not_json: (path, what) => `${path} is not JSON: ${what}`,
  too_large: (path, megabytes) =>
    `${path} has a size of more than ${megabytes} MB, which is too large to be transformed.`,
  globs: (path) =>
    `${path} calls import.meta.glob with more patterns than the preview compares with the project’s files.`,
  missing: {
    leaves: () => 'it leaves the project',
    similar: (file) => `there is no such file; there is ${file}`,
    no_file: () => 'there is no such file',
    no_module: () => 'there is no such module',
    server: () => 'it exists on servers only, not in a browser',
    shelf: () => 'it is not on the library shelf',
    partly: (name, only) => `the library shelf has only ${only} of ${name}`,
    compiler: (name) => `${name} components need a compiler that the preview does not have`,
    styles: (name) => `the preview has no ${name}; plain CSS has nesting and variables`,
    esm: () => 'the preview loads ES modules only',
    no_sheet: () => 'it is not a style sheet of the project',
    no_project_file: () => 'it is not a file of the project',
    tailwind: () => 'a style sheet that imports Tailwind must be imported by a script',
  },
};
