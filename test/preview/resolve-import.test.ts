import { describe, expect, test } from 'vitest';
import { buildWords } from '../../src/preview/build-words.ts';
import type { ShelfManifest } from '../../src/preview/library-shelf.ts';
import { resolveImport } from '../../src/preview/resolve-import.ts';
import { moduleContext, tsconfig } from './module-context.ts';

const modules = ['kit', 'kit/a', 'kitten', '@org/kit', '@org/kit/deep/b', 'other/kit/'];
const shelf: ShelfManifest = {
  bridge: '/bridge.js',
  packages: { kit: '1.0.0', kitten: '1.0.0', '@org/kit': '1.0.0' },
  modules: Object.fromEntries(modules.map((name) => [name, { url: `/shelf/${name}.js`, chunks: [] }])),
};

/** What a specifier means; why nothing, in English. */
function resolve(specifier: string, files: Record<string, string>, importer = 'src/main.ts') {
  const found = resolveImport(specifier, importer, moduleContext(files, { shelf }));
  if (found.kind !== 'missing') return found;
  const { reason, name = '', only = '' } = found.reason;
  return missing(buildWords.missing[reason](name, only));
}

const file = (path: string, query = '') => ({ kind: 'file', path, query });
const missing = (reason: string) => ({ kind: 'missing', reason });
const fromShelf = (specifier: string) => ({ kind: 'shelf', specifier, url: `/shelf/${specifier}.js` });
const external = { kind: 'external' };

describe('a path', () => {
  test.each([
    ['./ui', file('src/ui.ts')],
    ['.//ui', file('src/ui.ts')],
    ['./ui?raw', file('src/ui.ts', '?raw')],
    ['./ui?raw&a=?b', file('src/ui.ts', '?raw&a=?b')],
    ['./ui?raw#part', file('src/ui.ts', '?raw')],
    ['./ui#part?raw', file('src/ui.ts')],
    ['..', file('index.ts')],
    ['/', file('index.ts')],
    ['./data:chart', file('src/data:chart.ts')],
    ['/logo.svg', file('public/logo.svg')],
    ['./logo.svg', missing('there is no such file')],
    ['../../secret', missing('it leaves the project')],
    ['/..', missing('it leaves the project')],
  ])('%s', (specifier, expected) => {
    const files = {
      '.ts': '',
      'index.ts': '',
      'src/ui.ts': '',
      'src/data:chart.ts': '',
      'public/logo.svg': '',
      'public/src/logo.svg': '',
    };
    expect(resolve(specifier, files)).toEqual(expected);
  });

  test.each([
    ['./a.vue', 'Vue components need a compiler that the preview does not have'],
    ['./a.scss', 'the preview has no Sass; plain CSS has nesting and variables'],
    ['./a.cjs', 'the preview loads ES modules only'],
  ])('of a format without a compiler, such as %s, is no module, but has its text', (specifier, reason) => {
    const files = { 'src/a.vue': '', 'src/a.scss': '', 'src/a.cjs': '' };
    expect(resolve(specifier, files)).toEqual(missing(reason));
    expect(resolve(`${specifier}?raw`, files)).toEqual(file(`src/${specifier.slice(2)}`, '?raw'));
  });

  test.each([
    ['./app', 'src/App.tsx'],
    ['./APP.js', 'src/App.tsx'],
    ['./v1.2/List', 'src/v1.2/list.ts'],
  ])('of no file, such as %s, says which file is like it', (specifier, similar) => {
    const files = { 'src/v1.2/list.ts': '', 'src/App.tsx': '' };
    expect(resolve(specifier, files)).toEqual(missing(`there is no such file; there is ${similar}`));
  });
});

describe('a full URL', () => {
  test.each(['https://example.com/x.js', '//example.com/x.js', 'web+app://x', 'data:text/javascript,1', 'BLOB:x'])(
    '%s is left as it is',
    (specifier) => {
      expect(resolve(specifier, {})).toEqual(external);
    },
  );
});

describe('a bare name', () => {
  test.each([
    ['kit', fromShelf('kit')],
    ['@org/kit', fromShelf('@org/kit')],
    ['kit/b', missing('the library shelf has only kit, kit/a of kit')],
    ['@org/kit/c', missing('the library shelf has only @org/kit, @org/kit/deep/b of @org/kit')],
    ['@org/other', missing('it is not on the library shelf')],
    ['constructor', missing('it is not on the library shelf')],
    ['', missing('it is not on the library shelf')],
    ['node:fs', missing('it exists on servers only, not in a browser')],
  ])('%j comes from the library shelf', (specifier, expected) => {
    expect(resolve(specifier, { 'null/kit.ts': '', 'src/kit.ts': '' })).toEqual(expected);
  });

  test.each([
    ['lodash', external],
    ['ui/button', external],
    ['lodash/fp', missing('it is not on the library shelf')],
    ['ui', missing('it is not on the library shelf')],
    ['kit', fromShelf('kit')],
  ])('%s is left as it is where the import map of the page has it', (specifier, expected) => {
    const map = JSON.stringify({ imports: { lodash: 'https://esm.sh/lodash', 'ui/': '/ui/' } });
    expect(resolve(specifier, { 'index.html': `<script type="importmap">${map}</script>` })).toEqual(expected);
  });

  test.each([
    ['ui', file('src/ui.ts')],
    ['kit', file('src/kit.ts')],
    ['kit/a', fromShelf('kit/a')],
    ['ui/../../../x', missing('it is not on the library shelf')],
  ])('%s is first looked up below baseUrl', (specifier, expected) => {
    const files = { 'src/ui.ts': '', 'src/kit.ts': '', 'x.ts': '', ...tsconfig({ baseUrl: './src' }) };
    expect(resolve(specifier, files, 'main.ts')).toEqual(expected);
  });
});

describe('an alias', () => {
  const config = tsconfig({
    paths: {
      '@/*': ['./src/*'],
      '#/*': ['./src/*'],
      '~one': ['./lib/one.ts'],
      '~gone': ['./lib/gone.ts'],
      '~kit': ['./node_modules/kit'],
      '~proto': ['./constructor'],
      'k*': ['./kit*'],
      '@*': ['./other/*'],
      '*': ['./types/*'],
    },
  });
  const files = { 'src/ui.ts': '', 'lib/one.ts': '', 'other/x.ts': '', 'types/kit/a.ts': '', 'types/global.ts': '' };

  test.each([
    ['@/ui', file('src/ui.ts')],
    ['@/../lib/one', file('lib/one.ts')],
    ['#/ui', file('src/ui.ts')],
    ['#/ui?raw', file('src/ui.ts', '?raw')],
    ['~one', file('lib/one.ts')],
    ['~one/x', missing('it is not on the library shelf')],
    ['@x', file('other/x.ts')],
    ['global', file('types/global.ts')],
    ['kit/a', file('types/kit/a.ts')],
    ['~kit', fromShelf('kit')],
  ])('%s leads where the settings say', (specifier, expected) => {
    expect(resolve(specifier, { ...files, ...config })).toEqual(expected);
  });

  test.each([
    ['@/gone', 'there is no such file'],
    ['@/UI', 'there is no such file; there is src/ui.ts'],
    ['~gone', 'there is no such file'],
    ['~proto', 'there is no such file'],
    ['k', 'there is no such file'],
  ])('%s that leads to no file says so', (specifier, reason) => {
    expect(resolve(specifier, { ...files, ...config })).toEqual(missing(reason));
  });

  test('that leads out of the project finds nothing', () => {
    const up = tsconfig({ paths: { '@/*': ['./src/*'] } });
    expect(resolve('@/../../secret', { ...files, ...up })).toEqual(missing('it is not on the library shelf'));
  });

  test('of everything leaves the library shelf its names', () => {
    expect(resolve('kitten', { ...files, ...tsconfig({ paths: { '*': ['./types/*'] } }) })).toEqual(
      fromShelf('kitten'),
    );
  });
});
