import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { htmlWords } from './html-words.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/_redraw/app/',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), htmlWords()],
  build: {
    outDir: here('../dist/assets/_redraw/app'),
    emptyOutDir: true,
    target: 'es2023',
    // Everything is a file of its own: the page's policy allows no data: scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [here('index.html'), here('landing.html')],
      // Schemas that the page does not use stay out of it: making one (`v.object(…)`) changes nothing else.
      treeshake: { manualPureFunctions: ['v'] },
    },
  },
});
