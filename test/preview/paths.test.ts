import { expect, test } from 'vitest';
import { extensionOf, isHidden, resolveDots, resolveFrom, urlOf } from '../../src/preview/paths.ts';

test.each([
  ['src/./ui//App.tsx', 'src/ui/App.tsx'],
  ['src/../lib/a.js/', 'lib/a.js'],
  ['src/..', ''],
  ['..', null],
  ['src/../../a', null],
])('%s without dots is %s', (path, resolved) => expect(resolveDots(path)).toBe(resolved));

test.each([
  ['src/ui/App.tsx', './a', 'src/ui/a'],
  ['src/ui/App.tsx', '../a', 'src/a'],
  ['src/ui/App.tsx', '/a', 'a'],
  ['index.html', './a', 'a'],
  ['index.html', '../a', null],
])('from %s, %s is %s', (file, relative, resolved) => expect(resolveFrom(file, relative)).toBe(resolved));

test.each([
  ['src/App.TSX', '.tsx'],
  ['a.module.css', '.css'],
  ['v1.2/readme', ''],
  ['.env', ''],
  ['src/.env', ''],
  ['readme', ''],
  ['a.', '.'],
])('the extension of %s is %j', (path, extension) => expect(extensionOf(path)).toBe(extension));

test.each([
  ['public/a b.svg', '/a%20b.svg'],
  ['src/public/a.svg', '/src/public/a.svg'],
  ["src/@x/it's @1?#%.ts", '/src/@x/it%27s%20@1%3F%23%25.ts'],
  ["a'b'c@d@.ts", '/a%27b%27c@d@.ts'],
])('%s is served under %s', (path, url) => expect(urlOf(path)).toBe(url));

test.each([
  ['.env', true],
  ['src/.git/a', true],
  ['src/a.b', false],
])('whether %s is hidden: %s', (path, hidden) => expect(isHidden(path)).toBe(hidden));
