import { describe, expect, test } from 'vitest';
import { scopeCss } from '../../src/preview/css-modules.ts';
import { MemoryProject } from './memory-project.ts';

describe('a style sheet', () => {
  test('has its addresses from the root', () => {
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

  test('has its imports in place, with their conditions, each cycle once', () => {
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

  test('that imports what is not there is a problem with its place', () => {
    const project = new MemoryProject({
      'src/a.css': '\n  @import "normalize.css";',
      'index.html': '<link rel=stylesheet href=/src/a.css>',
    });
    expect(project.get('/src/a.css?import')).toContain(
      '"message":"src/a.css imports \'normalize.css\', but it is not on the library shelf.","file":"src/a.css","line":2,"column":3',
    );
    expect(project.get('/')).toContain('normalize.css');
  });

  test('with Tailwind is given to its browser build', () => {
    const project = new MemoryProject({ 'a.css': '@import "tailwindcss";\n@theme { --color-a: red }' });
    const module = project.get('/a.css?import');
    expect(module).toContain('text/tailwindcss');
    expect(module).toMatch(/^import "\/_redraw\/shelf\/tailwindcss-browser/);
    expect(module).toContain('@import \\"tailwindcss\\";');
  });
});

describe('CSS modules', () => {
  const scope = (css: string) => scopeCss(css, 'src/a.module.css').css.replace(/_([\w-]+)_[a-z0-9]{5}\b/g, '‹$1›');

  test.each([
    ['.a { color: red }', '.‹a› { color: red }'],
    ['.a.b > #c ~ .d-e_f:hover::before {}', '.‹a›.‹b› > #‹c› ~ .‹d-e_f›:hover::before {}'],
    ['.a{.b &{x:y}&.c{x:y} .d:not(.e){x:y}}', '.‹a›{.‹b› &{x:y}&.‹c›{x:y} .‹d›:not(.‹e›){x:y}}'],
    ['@media (min-width: 1.5em) { .a { margin: .5em } }', '@media (min-width: 1.5em) { .‹a› { margin: .5em } }'],
    ['@layer x.y { .a {} }', '@layer x.y { .‹a› {} }'],
    [':global(.a) .b {}', '.a .‹b› {}'],
    [':global .a .b, .c {}', '.a .b, .‹c› {}'],
    [':is(:global(.a), .b:not(:local(.c))) {}', ':is(.a, .‹b›:not(.‹c›)) {}'],
    ['[data-x=".a"] .b {}', '[data-x=".a"] .‹b› {}'],
    [
      '.a { background: url(x.b.png); content: ".c { }"; --x: { .d } }',
      '.‹a› { background: url(x.b.png); content: ".c { }"; --x: { .d } }',
    ],
    ['/* .a {} */ .b { /* .c; */ }', '/* .a {} */ .‹b› { /* .c; */ }'],
    ['@scope (.a) to (.b) { .c {} }', '@scope (.‹a›) to (.‹b›) { .‹c› {} }'],
    ['@font-face { src: url(a.b) }', '@font-face { src: url(a.b) }'],
    [
      '@keyframes spin { from { top: 0 } 50.5% { top: 1px } } .a { animation: spin 1s; animation-name: other }',
      '@keyframes ‹spin› { from { top: 0 } 50.5% { top: 1px } } .‹a› { animation: ‹spin› 1s; animation-name: other }',
    ],
    ['.a { x: y', '.‹a› { x: y'],
    ['.a {} } .b {}', '.‹a› {} } .‹b› {}'],
  ])('%s', (css, expected) => {
    expect(scope(css)).toBe(expected);
  });

  test('keep their names while the file changes, and differ from file to file', () => {
    const name = (css: string, path: string) => scopeCss(css, path).names.get('a')?.own[0];
    expect(name('.a {}', 'x.module.css')).toBe(name('.b {} .a { color: red }', 'x.module.css'));
    expect(name('.a {}', 'x.module.css')).not.toBe(name('.a {}', 'y.module.css'));
  });

  test('compose', () => {
    const project = new MemoryProject({
      'a.module.css':
        '.base { x: y } .a { composes: base other; composes: far from "./b.module.css"; color: red } .sm\\:b {}',
      'b.module.css': '.far {}',
    });
    const code = project.get('/a.module.css?import');
    const own = (name: string) => `_${name}_${/_base_(\w{5})/.exec(code)?.[1]}`;
    expect(code).toMatch(/^import d0 from "\/b\.module\.css\?import";/);
    expect(code).toContain(`const c1="${own('a')} ${own('base')} other"+" "+d0["far"];`);
    expect(code).toContain('export{c1 as a};');
    expect(code).toContain('"sm:b":c2');
    expect(code).not.toContain('composes');
  });

  test('are scoped when they are linked or fetched, too', () => {
    const project = new MemoryProject({ 'a.module.css': '.a { color: red }' });
    expect(project.get('/a.module.css')).toMatch(/^\._a_\w{5} \{ color: red \}$/);
  });
});
