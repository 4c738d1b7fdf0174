import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { type BuiltShelf, makeShelf, manifestText } from '../../scripts/build-shelf.ts';

let built: BuiltShelf;
beforeAll(async () => {
  built = await makeShelf();
});

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the manifest and the document are those of the installed packages: else run `npm run build`', () => {
  expect(read('src/preview/shelf.generated.json')).toBe(manifestText(built.manifest));
  expect(read('docs/library-shelf.md')).toBe(built.document);
});

test('each address is the one that the files are served under: any other way to write it would cost a redirect', () => {
  const { bridge, modules } = built.manifest;
  const urls = [bridge, ...Object.values(modules).flatMap(({ url, chunks }) => [url, ...chunks])];
  expect(urls.filter((url) => url !== url.split('/').map(encodeURIComponent).join('/'))).toEqual([]);
});

test('each library that must be one is in one file only', () => {
  const holders = (mark: string) => [...built.files].filter(([, code]) => code.includes(mark)).map(([name]) => name);
  expect(holders('react.transitional.element').length).toBe(1);
  expect(holders('__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE=').length).toBe(1);
});

test('the bridge is a classic script of at most 10 KB', () => {
  const name = built.manifest.bridge.split('/').at(-1) ?? '';
  const code = built.files.get(name) ?? '';
  expect(() => new Function(code)).not.toThrow();
  expect(gzipSync(code).length).toBeLessThan(10 * 1024);
});
