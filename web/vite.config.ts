import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { earlyScript } from './vite-plugins/early-script.ts';
import { htmlWords } from './vite-plugins/html-words.ts';
import { scriptlessPages } from './vite-plugins/scriptless-pages.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/_redraw/app/',
  plugins: [
    preact({ devToolsEnabled: false, prefreshEnabled: false }),
    earlyScript(),
    scriptlessPages('not-found.html', 'broken.html'),
    htmlWords(),
  ],
  build: {
    outDir: here('../dist/assets/_redraw/app'),
    emptyOutDir: true,
    target: 'es2023',
    // No inlining: the page's CSP allows no `data:` scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // A page preloads all that it needs. A part that is loaded later preloads only its styles and the chunk shared by the preview.
      resolveDependencies: (_, files, { hostType }) =>
        hostType === 'html' ? files : files.filter((file) => /\.css$|\/preview-parts-[^/]+\.js$/.test(file)),
    },
    rolldownOptions: {
      output: {
        // Few large chunks: many small ones compress worse.
        codeSplitting: {
          groups: [
            {
              // Needed by every page.
              name: 'core',
              test: /node_modules\/(?:preact|@preact|valibot|eventsource-parser)\/|web\/(?:strings\/(?:strings|formats\/formats|en\/(?:first-load|errors))\.|api\/(?:api|network|sse)|project\/(?:activity|streamed-text|send-latest|project|reduce|event-stream-client|view|reconnecting-watch|retry-timing)|router\/|app\/(?!forget-)|limits\/(?:lazy-limits|send-failure)|entry\/(?:start|styles|create-app|app-view|page-loader|dialogs)|ui\/(?:icon|toast|wordmark|memo|use-module|composer-id)|conversation\/demo-note)|src\/protocol\/(?:events|limits|problems)/,
            },
            {
              // Shared by the preview and by parts that are loaded on demand.
              name: 'preview-parts',
              test: /web\/(?:ui\/(?:ansi-log|dialog|retry-notice|menu|use-fetched)|conversation\/command-log|preview\/old-version-notice)\.ts|lucide\/[^?]*(?:arrow-left|external-link)\./,
            },
            {
              name: 'shared',
              test: /web\/(?:ui\/(?:copy-text|use-narrow|use-now)|composer\/shortcuts|conversation\/file-draft-pane|preview\/(?:view-state|sketch-store))|src\/protocol\/(?:bridge-limits|sketch)\.|lucide\/[^?]*(?:mouse-pointer-click|pencil)\./,
            },
          ],
        },
      },
      input: ['index.html', 'landing.html', 'not-found.html', 'broken.html'].map(here),
      // Drops unused schemas: calls like `v.object(…)` have no side effects.
      treeshake: { manualPureFunctions: ['v', 'base64url'], propertyReadSideEffects: false },
    },
  },
});
