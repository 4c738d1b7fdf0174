import { expect, test } from 'vitest';
import { isScript, mimeType } from '../../src/preview/mime-types.ts';

const script = 'text/javascript; charset=utf-8';

test.each([
  ['html', 'text/html; charset=utf-8'],
  ['htm', 'text/html; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['js', script],
  ['mjs', script],
  ['jsx', script],
  ['ts', script],
  ['mts', script],
  ['tsx', script],
  ['json', 'application/json'],
  ['map', 'application/json'],
  ['webmanifest', 'application/manifest+json'],
  ['txt', 'text/plain; charset=utf-8'],
  ['md', 'text/markdown; charset=utf-8'],
  ['csv', 'text/csv; charset=utf-8'],
  ['xml', 'text/xml; charset=utf-8'],
  ['vtt', 'text/vtt; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
  ['ico', 'image/x-icon'],
  ['bmp', 'image/bmp'],
  ['mp4', 'video/mp4'],
  ['webm', 'video/webm'],
  ['mov', 'video/quicktime'],
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
  ['ogg', 'audio/ogg'],
  ['m4a', 'audio/mp4'],
  ['flac', 'audio/flac'],
  ['aac', 'audio/aac'],
  ['woff', 'font/woff'],
  ['woff2', 'font/woff2'],
  ['ttf', 'font/ttf'],
  ['otf', 'font/otf'],
  ['wasm', 'application/wasm'],
  ['pdf', 'application/pdf'],
  ['glb', 'model/gltf-binary'],
  ['gltf', 'model/gltf+json'],
])('a file that ends in .%s is %s', (extension, type) => {
  expect(mimeType(`src/some.dir/a.b.${extension}`)).toBe(type);
  expect(mimeType(`A.${extension.toUpperCase()}`)).toBe(type);
});

test.each(['LICENSE', 'a.', 'a.unknown', 'a.constructor', 'a.__proto__', '.html', 'a.html/b', 'a.c++'])(
  '%s has no type that is known',
  (path) => {
    expect(mimeType(path)).toBe('application/octet-stream');
  },
);

test('declarations are no modules, and neither is what no browser runs', () => {
  expect(['a.ts', 'b/c.MJS', 'a.d.ts', 'a.cjs', 'a.json'].map(isScript)).toEqual([true, true, false, false, false]);
});
