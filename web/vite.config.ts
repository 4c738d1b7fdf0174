import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { earlyScript } from './build/early-script.ts';
import { htmlWords } from './build/html-words.ts';

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
      // The page itself names what it needs; a part that is loaded later names its styles, and what the preview shares with others.
      resolveDependencies: (_, files, { hostType }) =>
        hostType === 'html' ? files : files.filter((file) => /\.css$|\/preview-parts-[^/]+\.js$/.test(file)),
    },
    rolldownOptions: {
      output: {
        // What every page needs in one piece: many small ones pack worse.
        codeSplitting: {
          groups: [
            {
              name: 'core',
              test: /node_modules\/(?:preact|@preact|valibot|eventsource-parser)\/|web\/(?:strings\/(?:strings|formats\/formats|en\/(?:first|errors))\.|api\/(?:api|network|sse)|project\/(?:activity|streamed-text|send-latest|project|reduce|event-link|view|watch-socket|browser-timing)|router\/|app\/|limits\/(?:lazy-limits|send-failure)|entry\/(?:start|styles|create-app|app-view|page-loader|dialogs)|ui\/(?:icon|toast|wordmark|memo|use-module|composer-id)|conversation\/demo-note)|src\/protocol\/(?:events|limits|problems)/,
            },
            {
              // What the preview shares with parts that come when they are asked for.
              name: 'preview-parts',
              test: /web\/(?:ui\/(?:ansi-log|dialog|retry-notice|menu|use-fetched)|conversation\/command-log|preview\/version-look)\.ts|lucide\/[^?]*(?:arrow-left|external-link)\./,
            },
            {
              name: 'shared',
              test: /web\/(?:ui\/(?:copy-text|use-narrow|use-now|shortcuts)|conversation\/file-draft|preview\/(?:view-state|sketch-store))|src\/protocol\/bridge|lucide\/[^?]*(?:mouse-pointer-click|pencil)\./,
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
