import type { Plugin } from 'vite';

/**
 * Vite plugin: leaves out the scripts of some pages in a build. They name a script only for its style sheets, which are those of the first
 * load; what they say stands in the file, so that they are read where nothing else works.
 *
 * @param pages file names
 */
export function scriptlessPages(...pages: string[]): Plugin {
  return {
    name: 'scriptless-pages',
    enforce: 'post',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const name of pages) {
        const page = bundle[name];
        if (page?.type !== 'asset') throw new Error(`There is no page ${name}.`);
        page.source = String(page.source).replace(
          /\s*<(?:script type="module"[^>]*><\/script|link rel="modulepreload"[^>]*)>/g,
          '',
        );
      }
    },
  };
}
