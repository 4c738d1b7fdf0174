import { describe, expect, test } from 'vitest';
import { readProjectConfig } from '../../src/preview/project-config.ts';
import { MemoryProject } from './memory-project.ts';

const configOf = (files: Record<string, string>) => {
  const project = new MemoryProject(files);
  return readProjectConfig(project, project.cache);
};

const tsconfig = (compilerOptions: unknown, more: object = {}) => JSON.stringify({ ...more, compilerOptions });

test('a project without configuration has JSX of whatever it imports, and nothing else', () => {
  expect(configOf({})).toEqual({
    jsx: { runtime: 'automatic', importSource: null, factory: 'React.createElement', fragment: 'React.Fragment' },
    keepUnusedImports: false,
    aliases: [],
    baseUrl: null,
    importMap: {},
  });
});

describe('compiler options', () => {
  test('name the classic factory of JSX', () => {
    const options = { jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'Fragment', jsxImportSource: 'preact' };
    expect(configOf({ 'tsconfig.json': tsconfig(options) }).jsx).toEqual({
      runtime: 'classic',
      importSource: 'preact',
      factory: 'h',
      fragment: 'Fragment',
    });
  });

  test.each(['', 3])('that make no sense (%j) are left out', (value) => {
    const options = { jsx: 'react-jsx', jsxFactory: value, jsxFragmentFactory: value, baseUrl: 3 };
    const { jsx, baseUrl } = configOf({ 'tsconfig.json': tsconfig(options) });
    expect([jsx.runtime, jsx.factory, jsx.fragment]).toEqual(['automatic', 'React.createElement', 'React.Fragment']);
    expect(baseUrl).toBeNull();
  });

  test('leave the source of JSX to the installed packages where they name none', () => {
    const files = { 'tsconfig.json': tsconfig({ jsxImportSource: 3 }) };
    expect(configOf(files).jsx.importSource).toBeNull();
    expect(configOf({ ...files, 'package.json': '{"devDependencies":{"preact":"*"}}' }).jsx.importSource).toBe(
      'preact',
    );
  });

  test.each([
    [{ verbatimModuleSyntax: true }, true],
    [{ preserveValueImports: true }, true],
    [{ verbatimModuleSyntax: 'yes', preserveValueImports: 'yes' }, false],
  ])('%j keep unused imports: %s', (options, kept) => {
    expect(configOf({ 'tsconfig.json': tsconfig(options) }).keepUnusedImports).toBe(kept);
  });

  test('of tsconfig.app.json come before those of tsconfig.json, and these before those of jsconfig.json', () => {
    const baseUrl = (name: string) => tsconfig({ baseUrl: name });
    const files = { 'jsconfig.json': baseUrl('js'), 'tsconfig.json': baseUrl('ts') };
    expect(configOf(files).baseUrl).toBe('ts');
    expect(configOf({ ...files, 'tsconfig.app.json': baseUrl('app') }).baseUrl).toBe('app');
    expect(configOf({ 'jsconfig.json': baseUrl('js') }).baseUrl).toBe('js');
  });
});

describe('extended configurations', () => {
  test('are relative to the file that names them, with or without .json, one or several: the last one counts', () => {
    const { jsx, baseUrl } = configOf({
      'tsconfig.json': tsconfig({ jsxFactory: 'own' }, { extends: ['./config/a', './config/b.json', 3] }),
      'config/a.json': tsconfig({ jsxFactory: 'a', jsxFragmentFactory: 'a', baseUrl: './src' }),
      'config/b.json': tsconfig({ jsxFactory: 'b', jsxFragmentFactory: 'b' }, { extends: '../shared' }),
      'shared.json': tsconfig({ jsxFragmentFactory: 'shared', jsxImportSource: 'preact' }),
    });
    expect(jsx).toEqual({ runtime: 'automatic', importSource: 'preact', factory: 'own', fragment: 'b' });
    expect(baseUrl).toBe('config/src');
  });

  test('of packages, of other places, and those that are not there are passed over', () => {
    const files = {
      '@tsconfig/base.json': tsconfig({ jsxFactory: 'folder' }),
      'tsconfig.json': tsconfig({ baseUrl: 'src' }, { extends: ['@tsconfig/base.json', '../../out.json', './gone'] }),
    };
    const { jsx, baseUrl } = configOf(files);
    expect([jsx.factory, baseUrl]).toEqual(['React.createElement', 'src']);
  });

  test('are followed as far as twenty, and a configuration that extends itself comes to an end', () => {
    const chain = (length: number) => {
      const files: Record<string, string> = { 'tsconfig.json': '{ "extends": "./1" }' };
      for (let i = 1; i < length; i += 1) files[`${i}.json`] = `{ "extends": "./${i + 1}" }`;
      return configOf({ ...files, [`${length}.json`]: tsconfig({ jsxFactory: 'h' }) }).jsx.factory;
    };
    expect([chain(20), chain(21)]).toEqual(['h', 'React.createElement']);
    const itself = Array.from({ length: 100 }, () => './tsconfig');
    const { baseUrl, jsx } = configOf({
      'tsconfig.json': tsconfig({ baseUrl: 'src' }, { extends: itself }),
      'tsconfig.app.json': tsconfig({}, { extends: './app' }),
      'app.json': tsconfig({ jsxFactory: 'h' }),
    });
    expect([baseUrl, jsx.factory]).toEqual(['src', 'h']);
  });

  test('count anew when they change, like every other file of the configuration', () => {
    const project = new MemoryProject({
      'tsconfig.json': '{ "extends": "./tsconfig.base.json" }',
      'tsconfig.base.json': tsconfig({ jsxFactory: 'one' }, { extends: './deep.json' }),
    });
    const jsx = () => readProjectConfig(project, project.cache).jsx;
    expect(jsx().factory).toBe('one');
    project.write('tsconfig.base.json', tsconfig({ jsxFactory: 'two' }, { extends: './deep.json' }));
    expect(jsx().factory).toBe('two');
    project.write('deep.json', tsconfig({ jsxFragmentFactory: 'F' }));
    expect(jsx().fragment).toBe('F');
    project.write('package.json', '{"dependencies":{"preact":"*"}}');
    expect(jsx()).toEqual({ runtime: 'automatic', importSource: 'preact', factory: 'two', fragment: 'F' });
  });

  test('stay as they are as long as no file of the configuration changes', () => {
    const project = new MemoryProject({ 'tsconfig.json': '{}', 'src/a.ts': '' });
    const before = readProjectConfig(project, project.cache);
    project.write('src/a.ts', 'export {}');
    expect(readProjectConfig(project, project.cache)).toBe(before);
  });
});

describe('aliases', () => {
  const aliasesOf = (options: object) => configOf({ 'tsconfig.json': tsconfig(options) }).aliases;

  test('of compiler options are folders, files and packages', () => {
    const paths = {
      '@/*': ['./src/*', './other/*'],
      '~one': ['lib/deep.ts'],
      'react-compat': ['./node_modules/preact/compat/'],
      vendored: ['./vendor/node_modules/preact'],
      '*': ['./types/*.d.ts'],
    };
    expect(aliasesOf({ paths })).toEqual([
      { from: '@/', to: 'src/', exact: false },
      { from: '~one', to: 'lib/deep.ts', exact: true },
      { from: 'react-compat', to: 'preact/compat', exact: true },
      { from: 'vendored', to: 'vendor/node_modules/preact', exact: true },
      { from: '', to: 'types/', exact: false },
    ]);
  });

  test('are relative to the base folder where there is one, which is looked up for bare imports too', () => {
    expect(aliasesOf({ baseUrl: './src', paths: { 'ui/*': ['ui/*'] } })).toEqual([
      { from: 'ui/', to: 'src/ui/', exact: false },
    ]);
    const { aliases, baseUrl } = configOf({
      'tsconfig.json': '{ "extends": "./config/base.json" }',
      'config/base.json': tsconfig({ paths: { 'ui/*': ['../ui/*'] } }),
    });
    expect([aliases, baseUrl]).toEqual([[{ from: 'ui/', to: 'ui/', exact: false }], null]);
  });

  test('that lead nowhere are left out, and the others stay', () => {
    const paths = { out: ['../../out'], none: [], empty: [''], text: 'src', number: [3], good: ['./good.ts'] };
    expect(aliasesOf({ paths })).toEqual([{ from: 'good', to: 'good.ts', exact: true }]);
    expect(aliasesOf({ paths: ['./src'] })).toEqual([]);
  });

  test.each([
    ["'@': path.resolve(__dirname, './src'),", '@/'],
    ['"@": fileURLToPath(new URL("./src", import.meta.url))', '@/'],
    ["'@/': '/src/'", '@/'],
    ["'~' : 'src'", '~/'],
    ['"~/":"src/"', '~/'],
  ])('of a Vite configuration are found in its text: %s', (line, from) => {
    const found = [{ from, to: 'src/', exact: false }];
    const text = `export default { resolve: { alias: {\n${line}\n} } }`;
    expect(configOf({ 'vite.config.ts': text }).aliases).toEqual(found);
    expect(configOf({ 'vite.config.js': text }).aliases).toEqual(found);
  });

  test.each(["'@': './lib'", "'@': './src/ui'", "'@ui': './src'", "'x': './src'", "'@':\n'./src'", "'@', './src'"])(
    'of a Vite configuration are not guessed: %j',
    (line) => expect(configOf({ 'vite.config.ts': `export default { alias: { ${line} } }` }).aliases).toEqual([]),
  );

  test('of compiler options come before those of the Vite configuration', () => {
    const { aliases } = configOf({
      'tsconfig.json': tsconfig({ paths: { '@/*': ['./app/*'] } }),
      'vite.config.ts': "'@': './src'",
    });
    expect(aliases.map(({ to }) => to)).toEqual(['app/', 'src/']);
  });
});

test("the author's import map is read from the page, without what is no address", () => {
  const map = '{"imports":{"a":"/a.js","b":null,"c":3},"scopes":{}}';
  expect(configOf({ 'index.html': `<p><script type="importmap">${map}</script>` }).importMap).toEqual({ a: '/a.js' });
  expect(configOf({ 'index.html': '<p>null' }).importMap).toEqual({});
});
