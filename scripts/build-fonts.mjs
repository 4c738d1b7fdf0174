import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

/** Subsets the two typefaces to the characters of English, German and French. The results are committed in `web/fonts/`. */

const resolve = createRequire(import.meta.url).resolve;
const folder = fileURLToPath(new URL('../web/fonts/', import.meta.url));

const ascii = String.fromCodePoint(...Array.from({ length: 0x5f }, (_, index) => 0x20 + index));
const letters = `${ascii}ÀÂÄÆÇÈÉÊËÎÏÔŒÖÙÛÜŸẞàâäæçèéêëîïôœöùûüÿßáíóúñ§°·×−→←↑↓€‘’‚“”„«»‹›–—…•\u00a0\u202f\u2009`;

const fonts = [
  {
    from: '@fontsource-variable/national-park/files/national-park-latin-wght-normal.woff2',
    to: 'national-park.woff2',
    options: { variationAxes: { wght: { min: 400, max: 700 } } },
  },
  { from: '@fontsource/klee-one/files/klee-one-latin-600-normal.woff2', to: 'klee-one.woff2', options: {} },
];

await mkdir(folder, { recursive: true });
for (const { from, to, options } of fonts) {
  const source = await readFile(resolve(from));
  const subset = await subsetFont(source, letters, { targetFormat: 'woff2', ...options });
  await writeFile(folder + to, subset);
  console.log(`${to}: ${source.length} → ${subset.length} bytes`);
}
