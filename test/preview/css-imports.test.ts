import { describe, expect, test } from 'vitest';
import { bundleCss } from '../../src/preview/css-imports.ts';
import { MemoryProject } from './memory-project.ts';
import { moduleContext } from './module-context.ts';

const aliases = '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}';

/** `src/a.css` with its imports, of a project that has these files, too. */
function bundle(css: string, files: Record<string, string> = {}) {
  const bundled = bundleCss('src/a.css', moduleContext({ ...files, 'tsconfig.json': aliases, 'src/a.css': css }));
  if (!bundled) throw new Error('src/a.css was not found');
  return bundled;
}

describe('an address in a style sheet', () => {
  test('is from the root', () => {
    const project = new MemoryProject({
      'src/a.css': `a { background: url(./img/x.png), url("img/y z.png?a#b"), url( '/pub.png' ) }
b { src: url(data:font/woff2;base64,AA==) url(#id) url(https://example.com/x.png) }
/* url(./comment.png) */ c { content: "url(./text.png)" }`,
      'src/img/x.png': '',
      'src/img/y z.png': '',
    });
    expect(
      project.get('/src/a.css'),
    ).toBe(`a { background: url("/src/img/x.png"), url("/src/img/y%20z.png?a#b"), url("/pub.png") }
b { src: url("data:font/woff2;base64,AA==") url("#id") url("https://example.com/x.png") }
/* url(./comment.png) */ c { content: "url(./text.png)" }`);
  });

  test.each([
    ['@/x.png', '/src/x.png'],
    ['@/x.png?a#b', '/src/x.png?a#b'],
    ['@/x.png#b?a', '/src/x.png#b?a'],
    ['../logo.svg', '/logo.svg'],
    ['x%20y.png', '/src/x%20y.png'],
    ['100%.png', '/src/100%25.png'],
    ['gone/', '/src/gone/'],
    ['gone.png?a', '/src/gone.png?a'],
    // From the root already, though there is a file of this name beside the sheet.
    ['/x.png', '/x.png'],
    ['//example.com/x.png', '//example.com/x.png'],
    ['', ''],
    // Two backslashes begin a host, as two slashes do.
    ['\\\\[', '\\\\['],
  ])('%j is %j', (written, address) => {
    const files = { 'src/x.png': '', 'src/x y.png': '', 'src/100%.png': '', 'src/index.js': '', 'logo.svg': '' };
    expect(bundle(`a { b: url("${written}") }`, files).css).toBe(`a { b: url(${JSON.stringify(address)}) }`);
  });
});

describe('an import of a style sheet', () => {
  test('is in place, with its conditions, each cycle once', () => {
    const project = new MemoryProject({
      'src/a.css': `@import "./b.css"; @import url(https://fonts.example/x.css) screen;
@import './c.css' layer(base) supports(display: grid) (min-width: 10px);
a {}`,
      'src/b.css': 'b { background: url(b.png) } @import "./a.css";',
      'src/c.css': 'c {}',
    });
    expect(project.get('/src/a.css').replace(/\s+/g, ' ')).toBe(
      '@import url("https://fonts.example/x.css") screen;b { background: url("/src/b.png") } @media (min-width: 10px){@supports (display: grid){@layer base{c {} } } } a {}',
    );
  });

  test.each([
    'url("./c.css")',
    "url('./c.css')",
    'url( ./c.css )',
    '"./c.css"',
    "'./c.css'",
    '"c.css"',
    '"./c"',
    '"c"',
    '"themes/../c.css"',
    '"@/c.css"',
    '"/src/c.css"',
  ])('finds the sheet as %s', (written) => {
    expect(bundle(`@import ${written};`, { 'src/c.css': 'c {}' })).toEqual({
      css: 'c {}',
      tailwind: false,
      problems: [],
    });
  });

  test.each([
    ['layer', '@layer {c {}\n}'],
    ['layer(x.y)', '@layer x.y{c {}\n}'],
    ['LAYER screen', '@media screen{@layer {c {}\n}\n}'],
    ['layers', '@media layers{c {}\n}'],
    ['screen', '@media screen{c {}\n}'],
    ['screen and\n(width > 1px)', '@media screen and\n(width > 1px){c {}\n}'],
    ['supports(display: grid)', '@supports (display: grid){c {}\n}'],
    ['supports(not (display: grid))', '@supports (not (display: grid)){c {}\n}'],
    ['supports(font-tech(color-COLRv1))', '@supports font-tech(color-COLRv1){c {}\n}'],
    ['layer(x)  supports(display: grid)  print', '@media print{@supports (display: grid){@layer x{c {}\n}\n}\n}'],
    ['supports(display: grid)print', '@media print{@supports (display: grid){c {}\n}\n}'],
  ])('holds under its condition %s', (condition, css) => {
    expect(bundle(`@import "./c.css" ${condition} ;`, { 'src/c.css': 'c {}' }).css).toBe(css);
  });

  test('of the sheet itself is left out', () => {
    expect(bundle('@import "./a.css"; a {}').css).toBe(' a {}');
  });

  test('is followed 21 sheets deep', () => {
    const sheets = Array.from({ length: 30 }, (_, at) => [
      `src/${at + 1}.css`,
      `@import "./${at + 2}.css"; s${at + 1} {}`,
    ]);
    const { css, problems } = bundle('@import "./1.css"; a {}', Object.fromEntries(sheets));
    expect(css).toBe(`${Array.from({ length: 21 }, (_, at) => ` s${21 - at} {}`).join('')} a {}`);
    expect(problems).toEqual([]);
  });

  test('is followed 500 times in all, however the imports are nested', () => {
    const files = { 'src/c.css': '@import "./d.css";'.repeat(9), 'src/d.css': 'x' };
    expect(bundle('@import "./c.css";'.repeat(60), files).css).toBe('x'.repeat(450));
  });
});

describe('an import of what is no style sheet', () => {
  test('is a problem with its place', () => {
    const project = new MemoryProject({
      'src/a.css': '\n  @import "normalize.css";',
      'index.html': '<link rel=stylesheet href=/src/a.css>',
    });
    expect(project.get('/src/a.css?import')).toContain(
      '"message":"src/a.css imports \'normalize.css\', but it is not on the library shelf.","file":"src/a.css","line":2,"column":3',
    );
    expect(project.get('/')).toContain('normalize.css');
  });

  test.each([
    ['./gone.css', 'there is no such file'],
    ['./c.ts', 'it is not a style sheet of the project'],
    ['react', 'it is not a style sheet of the project'],
    ['../../gone.css', 'it leaves the project'],
    ['my-tailwindcss', 'it is not on the library shelf'],
  ])('%s is left out, and the message says that %s', (imported, reason) => {
    expect(bundle(`@import "${imported}";`, { 'src/c.ts': '' })).toMatchObject({
      css: '',
      tailwind: false,
      problems: [{ message: `src/a.css imports '${imported}', but ${reason}.`, file: 'src/a.css', line: 1, column: 1 }],
    });
  });

  test('is told ten times at most', () => {
    const { problems } = bundle('@import "./gone.css";\n'.repeat(11));
    expect(problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a sheet that is not there is none, instead of an empty one', () => {
    expect(bundleCss('a.css', moduleContext({}))).toBeNull();
  });
});

describe('Tailwind', () => {
  test('is given to its browser build', () => {
    const project = new MemoryProject({ 'a.css': '@import "tailwindcss";\n@theme { --color-a: red }' });
    const module = project.get('/a.css?import');
    expect(module).toContain('text/tailwindcss');
    expect(module).toMatch(/^import "\/_redraw\/shelf\/tailwindcss-browser/);
    expect(module).toContain('@import \\"tailwindcss\\";');
  });

  test.each([
    ['tailwindcss', true],
    ['tailwindcss/preflight.css', true],
    ['tailwindcss-animate', false],
    ['./tailwindcss/own.css', false],
  ])('is what %s imports: %s', (imported, tailwind) => {
    const css = `@import "${imported}";`;
    const bundled = bundle(css, { 'src/tailwindcss/own.css': 'own {}' });
    expect(bundled.tailwind).toBe(tailwind);
    expect(bundled.css === css).toBe(tailwind);
  });
});
