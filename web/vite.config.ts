import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { earlyScript } from './early-script.ts';
import { htmlWords } from './html-words.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/_redraw/app/',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), earlyScript(), htmlWords()],
  build: {
    outDir: here('../dist/assets/_redraw/app'),
    emptyOutDir: true,
    target: 'es2023',
    // Everything is a file of its own: the page's policy allows no data: scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // The page itself names what it needs; a part that is loaded later names its styles, and what the sheet shares with others.
      resolveDependencies: (_, files, { hostType }) =>
        hostType === 'html' ? files : files.filter((file) => /\.css$|\/sheet-parts-[^/]+\.js$/.test(file)),
    },
    rolldownOptions: {
      output: {
        // What every page needs in one piece: many small ones pack worse.
        codeSplitting: {
          groups: [
            {
              name: 'core',
              test: /node_modules\/(?:preact|@preact|valibot|eventsource-parser)\/|web\/(?:strings(?:\.ts|\/(?:en|formats))|state\/(?:activity|api|grow|latest|network|project|reduce|sse|steps|stream|toasts|view|watch|world)|router|app\.|start\.|views\/(?:app|page-views))|web\/components\/(?:icon|link|notice|wordmark|memo|demo-note|dialogs|toast|use-module|composer-id)|src\/protocol\/(?:events|limits|problems)/,
            },
            {
              // What the sheet shares with parts that come when they are asked for.
              name: 'sheet-parts',
              test: /web\/components\/(?:ansi-log|command-log|dialog|retry-notice|sheet-look|sheet-menu|use-fetched)\.|lucide\/[^?]*(?:arrow-left|external-link)\./,
            },
            {
              name: 'shared',
              test: /web\/(?:components\/(?:copy-text|file-draft|use-narrow|use-now|shortcuts)|state\/(?:desk|sketches))|src\/protocol\/bridge|lucide\/[^?]*(?:mouse-pointer-click|pencil)\./,
            },
          ],
        },
      },
      input: [here('index.html'), here('landing.html')],
      // Schemas that the page does not use stay out of it: making one (`v.object(…)`) changes nothing else.
      treeshake: { manualPureFunctions: ['v', 'base64url'], propertyReadSideEffects: false },
    },
  },
});
