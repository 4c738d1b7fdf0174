import { describe, expect, test } from 'vitest';
import { scopeCss } from '../../src/preview/css-modules.ts';
import { MemoryProject } from './memory-project.ts';

const marked = (text: string) => text.replace(/_([\w:-]+)_[a-z0-9]{5}\b/g, '‹$1›');
const scope = (css: string) => marked(scopeCss(css, 'src/a.module.css').css);

/** The classes that a name stands for, as a text: scoped, composed from elsewhere, and from other files. */
function classes(css: string): Record<string, string> {
  const { names } = scopeCss(css, 'src/a.module.css');
  return Object.fromEntries(
    Array.from(names, ([name, { own, composed }]) => [
      name,
      [...own.map(marked), ...composed.map((one) => `${one.name} of ${one.from}`)].join(' '),
    ]),
  );
}

describe('CSS modules', () => {
  test.each([
    ['.a { color: red }', '.‹a› { color: red }'],
    ['.a.b > #c ~ .d-e_f:hover::before {}', '.‹a›.‹b› > #‹c› ~ .‹d-e_f›:hover::before {}'],
    ['.a{.b &{x:y}&.c{x:y} .d:not(.e){x:y}}', '.‹a›{.‹b› &{x:y}&.‹c›{x:y} .‹d›:not(.‹e›){x:y}}'],
    ['@media (min-width: 1.5em) { .a { margin: .5em } }', '@media (min-width: 1.5em) { .‹a› { margin: .5em } }'],
    ['@layer x.y { .a {} }', '@layer x.y { .‹a› {} }'],
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

  test.each([
    [':global(.a) .b {}', '.a .‹b› {}'],
    [':GLOBAL(.a) .b {}', '.a .‹b› {}'],
    [':global .a .b, .c {}', '.a .b, .‹c› {}'],
    [':global.a  .b :local .c {}', '.a  .b .‹c› {}'],
    [':global  .a {}', '.a {}'],
    [':globals .a {}', ':globals .‹a› {}'],
    [':is(:global(.a), .b:not(:local(.c))) {}', ':is(.a, .‹b›:not(.‹c›)) {}'],
    [':is(:global .a, .b) .c {}', ':is(.a, .b) .‹c› {}'],
    [':global(:not(.a):is(.b)) .c, .d {}', ':not(.a):is(.b) .‹c›, .‹d› {}'],
  ])('%s names classes that other sheets have, too', (css, expected) => {
    expect(scope(css)).toBe(expected);
  });

  test.each([
    ['a comment', '.a/* .x */.c /* .y\n */ {} /* .z', '.‹a›/* .x */.‹c› /* .y\n */ {} /* .z'],
    [
      'a comment before a rule',
      '/* .x { */ /* } */\n.a { /* } .y { */ .c {} }',
      '/* .x { */ /* } */\n.‹a› { /* } .y { */ .‹c› {} }',
    ],
    ['a string', `.a:lang("x\\" .y"), :lang('x\\' .y') .d {}`, `.‹a›:lang("x\\" .y"), :lang('x\\' .y') .‹d› {}`],
    ['an attribute', `[x="].y"] .a, [x='"].y'] .c, [x=.y] .d {}`, `[x="].y"] .‹a›, [x='"].y'] .‹c›, [x=.y] .‹d› {}`],
    ['an attribute with an escape', '[x="\\"].y"] .a {}', '[x="\\"].y"] .‹a› {}'],
    ['an element with an escape', 'x\\.y .a {}', 'x\\.y .‹a› {}'],
    ['a number', '.1a .b {}', '.1a .‹b› {}'],
    ['a selector with a bracket too many', '.a) .b {}', '.‹a›) .‹b› {}'],
  ])('leave what is no class in %s', (_, css, expected) => {
    expect(scope(css)).toBe(expected);
  });

  test.each([
    ['custom properties', '.a { --x: { .y {} }; --yz : {.y {}}; --w:{.y {}} }'],
    ['brackets', '.a { x: f(g(1); .y {}); background: url(data:image/svg+xml;utf8,<style>.y{x:y}</style>) }'],
    ['strings and comments', `.a { content: "} .y {"; x: '} .y {'; /* } .y { */ }`],
    ['escapes', '.a { x: \\} .y \\{ }'],
    ['at-rules that hold no rules', '@page :first { .y {} } .a {}'],
  ])('leave what looks like a rule in %s', (_, css) => {
    expect(scope(css)).toBe(css.replaceAll('.a ', '.‹a› '));
  });

  test('give keyframes and the animations that use them the same name, in all spellings', () => {
    expect(scope('@-webkit-keyframes  spin { to { x: y } } .a { -webkit-animation: spin 1s; animation : spin }')).toBe(
      '@-webkit-keyframes  ‹spin› { to { x: y } } .‹a› { -webkit-animation: ‹spin› 1s; animation : ‹spin› }',
    );
    const others = ' { x-animation: spin; --animation: spin; color: spin }';
    expect(scope(`@keyframes spin {} .a${others}`)).toBe(`@keyframes ‹spin› {} .‹a›${others}`);
    expect(scope('.a/* @keyframes b */ .c {}')).toBe('.‹a›/* @keyframes b */ .‹c› {}');
  });

  test('are scoped to a depth of 100 rules, and rules side by side without end', () => {
    expect(scope('.a{'.repeat(102) + '}'.repeat(102))).toBe('.‹a›{'.repeat(100) + '.a{'.repeat(2) + '}'.repeat(102));
    expect(scope('.a{}'.repeat(202))).toBe('.‹a›{}'.repeat(202));
  });

  test('keep their names while the file changes, and differ from file to file', () => {
    const name = (css: string, path: string) => scopeCss(css, path).names.get('a')?.own[0];
    expect(name('.a {}', 'x.module.css')).toBe(name('.b {} .a { color: red }', 'x.module.css'));
    expect(name('.a {}', 'x.module.css')).not.toBe(name('.a {}', 'y.module.css'));
  });

  test('are scoped when they are linked or fetched, too', () => {
    const project = new MemoryProject({ 'a.module.css': '.a { color: red }' });
    expect(project.get('/a.module.css')).toMatch(/^\._a_\w{5} \{ color: red \}$/);
  });
});

describe('a class that composes', () => {
  test('stands for all classes in a script, those of other files included', () => {
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

  test.each([
    ['composes: x', '‹a› x'],
    ['composes:x y', '‹a› x y'],
    ['composes : x,y,  z ', '‹a› x y z'],
    ['/* one */ /* two */ composes: x', '‹a› x'],
    ['composes: x from global', '‹a› x'],
    ['composes: x\n y  from  "./b.css"', '‹a› x of ./b.css y of ./b.css'],
    [`composes: x from './b.css'`, '‹a› x of ./b.css'],
    ['composes: c; composes: d', '‹a› ‹c› ‹d› ‹e› far of b'],
    ['composes: d from global', '‹a› d'],
    ['.c {} composes: x', '‹a› x'],
    ['@media print { composes: x }', '‹a› x'],
  ])('with %j', (declaration, expected) => {
    const css = `.a { ${declaration}; color: red } .c { composes: e } .d { composes: e; composes: far from "b" } .e { x: y }`;
    expect(classes(css).a).toBe(expected);
  });

  test('loses the declaration, and keeps the others', () => {
    expect(scope('.a { composes: b; color: red; composes: c }')).toBe('.‹a› {  color: red; }');
  });

  test.each([
    ['composes: b; .a { x: y }', 'composes: b; .‹a› { x: y }'],
    ['#a { composes: b }', '#‹a› { composes: b }'],
    ['@scope (.a) { composes: b }', '@scope (.‹a›) { composes: b }'],
    ['.a { x-composes: b }', '.‹a› { x-composes: b }'],
  ])('does not in %s, which keeps its text', (css, expected) => {
    expect(scope(css)).toBe(expected);
    expect(classes(css)).toEqual({ a: '‹a›' });
  });

  test('does in each selector of a rule, whatever its comments', () => {
    expect(classes('.a, .b /* @scope */ { composes: x }')).toEqual({ a: '‹a› x', b: '‹b› x' });
  });

  test('one that composes it has both, each once', () => {
    expect(classes('.a { composes: b } .b { composes: a c a } .c { composes: c }')).toEqual({
      a: '‹a› ‹b› ‹c›',
      b: '‹b› ‹a› ‹c›',
      c: '‹c›',
    });
  });

  test('at the start of a long or branching chain has the nearest hundred', () => {
    const chain = Array.from({ length: 300 }, (_, at) => `.a${at} { composes: a${at + 1} a${at + 2} }`).join('');
    const expected = Array.from({ length: 101 }, (_, at) => `‹a${at}›`).join(' ');
    expect(classes(chain).a0).toBe(expected);
    const far = Array.from({ length: 200 }, (_, at) => `far${at}`);
    expect(classes(`.a { composes: ${far.join(' ')} from "b" }`).a).toBe(
      ['‹a›', ...far.slice(0, 100).map((name) => `${name} of b`)].join(' '),
    );
  });
});
