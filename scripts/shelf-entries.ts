/** A package on the library shelf, which a previewed app may import, and its import specifiers. */
export interface ShelfPackage {
  name: string;
  /** One line for `docs/library-shelf.md` and the system prompt. */
  what: string;
  /** Subpaths in addition to the package itself, without the leading `./`. */
  subpaths?: readonly string[];
  /** CommonJS: its exports are listed by Node, so that `import { useState }` works. */
  commonjs?: true;
  /** Not in the documents: needed by another package only. */
  quiet?: true;
}

export const shelfPackages: readonly ShelfPackage[] = [
  { name: 'react', what: 'React', subpaths: ['jsx-runtime', 'jsx-dev-runtime'], commonjs: true },
  { name: 'react-dom', what: 'React in the browser', subpaths: ['client'], commonjs: true },
  {
    name: 'preact',
    what: 'Preact, the small one',
    subpaths: ['hooks', 'compat', 'compat/client', 'jsx-runtime', 'jsx-dev-runtime'],
  },
  { name: '@preact/signals', what: 'signals for Preact' },
  { name: '@preact/signals-core', what: 'signals without a framework' },
  { name: 'preact-iso', what: 'router for Preact' },
  {
    name: 'wouter',
    what: 'router for React',
    subpaths: ['use-browser-location', 'use-hash-location', 'memory-location'],
  },
  {
    name: 'zustand',
    what: 'state for React',
    subpaths: ['middleware', 'middleware/immer', 'vanilla', 'shallow', 'react/shallow'],
  },
  { name: 'immer', what: 'immutable updates, written as mutations' },
  { name: 'motion', what: 'animation', subpaths: ['react'] },
  { name: 'framer-motion', what: 'the older name of `motion/react`' },
  { name: 'lucide', what: 'icons, without a framework' },
  { name: 'lucide-react', what: 'icons as React components' },
  { name: 'chart.js', what: 'charts on a canvas', subpaths: ['auto', 'helpers'] },
  { name: 'date-fns', what: 'dates', subpaths: ['locale'] },
  { name: 'clsx', what: 'class names from conditions' },
  { name: 'nanoid', what: 'short random ids', subpaths: ['non-secure'] },
  { name: '@tailwindcss/browser', what: 'Tailwind CSS 4, compiled in the browser' },
];

export function specifiersOf({ name, subpaths = [] }: ShelfPackage): string[] {
  return [name, ...subpaths.map((subpath) => `${name}/${subpath}`)];
}
