import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longRun } from '../support/long-run.ts';
import { MemoryProject } from './memory-project.ts';

const many = 30_000;

/** Files on which a careless regular expression takes seconds, or a recursion exhausts the stack. */
const odd: [string, string][] = [
  ['index.html', '<a '.repeat(many)],
  ['index.html', '<a b="'.repeat(many)],
  ['index.html', '<!--'.repeat(many)],
  ['index.html', '<script>'.repeat(many)],
  ['index.html', '<script type="module" src="/gone.js"></script>'.repeat(many / 10)],
  ['a.module.css', '{'.repeat(many)],
  ['a.module.css', '@media x{'.repeat(many)],
  ['a.module.css', ':global('.repeat(many)],
  ['a.module.css', '"\\"'.repeat(many)],
  ['a.css', '@import '.repeat(many)],
  ['a.css', '@import "x" supports('.repeat(many / 10)],
  ['a.css', 'url('.repeat(many)],
  ['a.css', '/*'.repeat(many)],
  ['a.js', "import.meta.glob('".repeat(many / 10)],
  ['a.js', `${'import.meta.glob('.repeat(many / 10)}${')'.repeat(many / 10)}`],
  ['a.js', "import.meta.glob('**/**/**/**/**/**/**/**/**/x')"],
  ['a.js', "import './gone';".repeat(many / 10)],
  ['a.js', "import('./a.js');".repeat(many / 10)],
  ['a.jsx', '/*'.repeat(many)],
  ['a.tsx', '('.repeat(many)],
  ['a.tsx', '<a>'.repeat(many)],
  ['d.json', '['.repeat(many)],
  ['tsconfig.json', `{"a":${'"\\'.repeat(many)}`],
  ['tsconfig.json', ', '.repeat(many)],
  ['tsconfig.json', '{"extends":"./tsconfig.json","compilerOptions":{"paths":{"*":["../../*"],"":[1]}}}'],
  ['vite.config.js', "'@': ".repeat(many)],
  ['a.js', `x=${'class{a='.repeat(40)}1${'}'.repeat(40)}`],
  ['a.js', `x=${'class{static a='.repeat(40)}1${'}'.repeat(40)}`],
  ['a.ts', `x=${'(a='.repeat(60)}1${')=>b'.repeat(60)}`],
  ['a.ts', `x=${'async(a='.repeat(60)}1${')=>b'.repeat(60)}`],
  ['a.js', `class A{${Array.from({ length: many / 2 }, (_, i) => `a${i}=1;`).join('')}}`],
  ['a.module.css', `${'.a,'.repeat(many)}.b{${'composes:x;'.repeat(many)}}`],
  ['a.module.css', `${Array.from({ length: many }, (_, i) => `.a${i},`).join('')}.b{composes:${' x'.repeat(many)}}`],
  ['a.js', "import('./gone');".repeat(many / 3)],
];

// Quadratic work takes minutes here, and the test times out.
test.each(odd)('%s with %j… is answered in time', (path, content) => {
  const project = new MemoryProject({
    'index.html': '<head><script type="module" src="/a.js"></script>',
    [path]: content,
  });
  for (const url of ['/', `/${path}`, `/${path}?import`]) {
    expect(
      project.serve({ path: url.split('?')[0] ?? '', search: url.includes('?') ? '?import' : '' }).status,
    ).toBeLessThan(500);
  }
});

describe('whatever stands in a file', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ':global(',
      ':local ',
      '@import "',
      'url(',
      'composes: a;',
      '@media ',
      '@keyframes x',
      'import.meta.glob(',
    ),
    fc.constantFrom(
      'import ',
      'export ',
      '<script type="module">',
      '<head',
      '"compilerOptions":',
      '/*',
      '*/',
      '//',
      '=>',
      '`${',
    ),
    fc.constantFrom(...'{}();:,.#@"\'\\ \n<>=!-ab1&[]$%'.split('')),
    fc.string({ maxLength: 3, unit: 'binary' }),
  );
  const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

  test('every request has an answer', () => {
    fc.assert(
      fc.property(text, text, (one, two) => {
        const project = new MemoryProject({
          'index.html': one,
          'a.tsx': one,
          'a.module.css': one,
          'b.css': one,
          'd.json': two,
          'tsconfig.json': two,
          'package.json': two,
          'vite.config.ts': two,
        });
        for (const url of [
          '/',
          '/a.tsx',
          '/a.module.css?import',
          '/a.module.css',
          '/b.css',
          '/d.json?import',
          `/${two}?${one}`,
        ]) {
          project.get(url);
        }
      }),
      longRun(400),
    );
  });

  test('a class name comes through a CSS module as it is, but for its scope', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z_][\w-]{0,8}$/), fc.stringMatching(/^[a-z ]{0,10}$/), (name, value) => {
        const code = new MemoryProject({
          'a.module.css': `/* ${value} */ .${name} { --x: "${value}"; .y & { color: red } }`,
        }).get('/a.module.css?import');
        expect(code).toContain(`${JSON.stringify(name)}:c0`);
        expect(code).toMatch(new RegExp(`\\._${name}_\\w{5} \\{ --x: \\\\"${value}\\\\"; \\._y_\\w{5} &`));
      }),
      longRun(100),
    );
  });
});

describe('what reaches the browser of', () => {
  const served = (code: string) => new MemoryProject({ 'a.ts': code, 'index.html': '' }).get('/a.ts');

  test('nested classes is what stands there', () => {
    const code = served(
      'export const x = class { a = class { static b: number = <number>1; c() { return class { d = 2 } } } };',
    );
    expect(code).toContain('export const x = class { a = class { static b = 1; c() { return class { d = 2 } } } };');
  });

  test('functions nested too deeply is a problem of the file', () => {
    expect(served(`const f = ${'(a='.repeat(60)}1${')=>b'.repeat(60)};`)).toContain('functions are nested too deeply');
    expect(served(`const f = ${'(a='.repeat(3)}1${')=>b'.repeat(3)};`)).toContain('const f = (a=(a=(a=1)=>b)=>b)=>b;');
  });

  test('globs of more patterns than a request may compare is a problem of the file', () => {
    const files = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`b/${i}.ts`, '']));
    const patterns = (count: number) => `import.meta.glob([${"'./b/1?.ts',".repeat(count)}])`;
    const project = (count: number) => new MemoryProject({ ...files, 'a.ts': `export default ${patterns(count)};` });
    expect(project(200).get('/a.ts')).toContain('with more patterns than the preview compares');
    expect(project(20).get('/a.ts')).toContain('"./b/10.ts":()=>import("/b/10.ts")');
  });

  test('globs of more patterns than a request may compile is one, however few files there are', () => {
    const calls = `import.meta.glob(["./[a-z]*/{b,c}*/[d-f]?/**/*.ts"]);`;
    expect(served(calls.repeat(2_000))).toContain('with more patterns than the preview compares');
    expect(served(calls.repeat(200))).toContain('({})');
  });
});
