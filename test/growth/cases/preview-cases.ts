import { scopeCss } from '../../../src/preview/css-modules.ts';
import { findImportMap, scanTags } from '../../../src/preview/html-scan.ts';
import { matchGlobs, parseGlobCall } from '../../../src/preview/import-glob.ts';
import { parseJsonc } from '../../../src/preview/jsonc.ts';
import { MemoryProject } from '../../preview/memory-project.ts';
import { filled, type GrowthCase, numbered, ofText } from '../growth-case.ts';

/** Pieces of HTML that a scanner may read more than once. */
const htmlPieces = [
  ['start tags', '<a '],
  ['open attribute values', '<a b="'],
  ['open quotes', `<a "'`],
  ['attributes', ' a=b'],
  ['open comments', '<!--'],
  ['comments', '<!-- -->'],
  ['open scripts', '<script>'],
  ['raw text', '<title></titl'],
  ['templates', '<template>'],
  ['nested elements', '<div>'],
  ['letters', 'x'],
  ['white space', ' '],
  ['white space before equals', 'a '],
  ['entities', '&amp;'],
  ['less-than signs', '<'],
] as const;

const scan = (html: string) => findImportMap(html, scanTags(html));

const cssPieces = [
  ['braces', '{'],
  ['rules', 'a{}'],
  ['at-rules', '@media x{'],
  ['closing braces', '}'],
  ['modes', ':global('],
  ['switched modes', ':local '],
  ['escaped quotes', '"\\"'],
  ['open comments', '/*'],
  ['comments', '/**/'],
  ['slashes', '/ '],
  ['brackets', '['],
  ['parentheses', '('],
  ['semicolons', ';'],
  ['declarations', 'a:b;'],
  ['custom properties', '--a:{};'],
  ['white space', ' '],
  ['names', '.a-'],
  ['hashes', '.#'],
  ['keyframes', '@keyframes a{}'],
  ['commas', ','],
  ['compositions', 'composes:a b c from "x";'],
  ['hyphens', '-'],
  ['backslashes', '\\'],
  ['letters', 'a'],
] as const;

const cssImportPieces = [
  ['imports without end', '@import '],
  ['imports of nothing', '@import "";'],
  ['open urls', 'url('],
  ['open urls with white space', 'url( '],
  ['urls', 'url(a)'],
  ['conditions', '@import "x" supports('],
  ['open comments', '/*'],
  ['open strings', '"\\'],
  ['quotes', '"'],
] as const;

export const previewCases: readonly GrowthCase[] = [
  ...htmlPieces.map(([what, piece]) => ofText(`html: ${what}`, (n) => filled(piece, n), scan)),
  ofText('html: one element with many attributes', (n) => `<a${numbered((i) => ` a${i}="1"`, n)}>`, scan),
  ofText('html: one element with the same attribute', (n) => `<a${filled(' a', n)}>`, scan),
  ofText('html: an element with a long open value', (n) => `<a b="${'x'.repeat(n)}`, scan),
  ofText('html: scripts whose end tag is like another', (n) => `<script>${filled('</script-', n)}`, scan),
  ofText('html: many import maps', (n) => filled('<script type=importmap></script>', n), scan),
  ...cssPieces.map(([what, piece]) =>
    ofText(
      `css module: ${what}`,
      (n) => filled(piece, n),
      (css) => scopeCss(css, 'a.css'),
    ),
  ),
  ...cssPieces.map(([what, piece]) =>
    ofText(
      `css module: a selector of ${what}`,
      (n) => `a${filled(piece.replace(/[{};]/g, ' '), n)}{}`,
      (css) => scopeCss(css, 'a.css'),
    ),
  ),
  ofText(
    'css module: an animation of many names',
    (n) => `@keyframes b{} a{animation:${filled('b ', n)}}`,
    (css) => scopeCss(css, 'a.css'),
  ),
  ofText(
    'css module: classes that compose each other',
    (n) => numbered((i) => `.c${i}{composes:c${i + 1} c${i + 2}}`, n),
    (css) => scopeCss(css, 'a.css'),
  ),
  ofText(
    'css module: a rule of many classes that composes many',
    (n) => `${filled('.a,', n / 2)}.b{${filled('composes:x;', n / 2)}}`,
    (css) => scopeCss(css, 'a.css'),
  ),
  ofText(
    'css module: many classes that compose many',
    (n) => `${numbered((i) => `.a${i},`, n / 2)}.b{composes:${numbered((i) => ` x${i}`, n / 2)}}`,
    (css) => scopeCss(css, 'a.css'),
  ),
  ofText(
    'css module: nested rules of many classes',
    (n) => numbered((i) => `.a${i}.b${i}.c${i}{`, n),
    (css) => scopeCss(css, 'a.css'),
  ),
  ...cssImportPieces.map(([what, piece]) =>
    ofText(
      `css: ${what}`,
      (n) => filled(piece, n),
      (css) => new MemoryProject({ 'a.css': css }).get('/a.css'),
    ),
  ),
  ofText('jsonc: strings without end', (n) => `{"a":${filled('"\\', n)}`, parseJsonc),
  ofText('jsonc: commas', (n) => filled(', ', n), parseJsonc),
  ofText('jsonc: white space after a comma', (n) => `[1,${' '.repeat(n)}x`, parseJsonc),
  ofText('jsonc: commas and white space', (n) => filled(',      ', n), parseJsonc),
  ofText('jsonc: brackets', (n) => filled('[', n), parseJsonc),
  ofText('jsonc: nested arrays', (n) => '['.repeat(n / 2) + ']'.repeat(n / 2), parseJsonc),
  ofText('jsonc: open comments', (n) => filled('/*', n), parseJsonc),
  ofText('jsonc: slashes', (n) => filled('/', n), parseJsonc),
  ofText('jsonc: many members', (n) => `{${numbered((i) => `"a${i}":1,`, n)}}`, parseJsonc),
  ofText('jsonc: the same member', (n) => `{${filled('"a":1,', n)}}`, parseJsonc),
  ofText(
    'glob: calls without end',
    (n) => filled("import.meta.glob('", n),
    (code) => parseGlobCall(code, 11),
  ),
  ofText(
    'glob: calls in calls',
    (n) => filled('import.meta.glob(', n),
    (code) => parseGlobCall(code, 11),
  ),
  ofText(
    'glob: white space',
    (n) => `import.meta${' '.repeat(n)}`,
    (code) => parseGlobCall(code, 11),
  ),
  ofText(
    'glob: a call of many patterns',
    (n) => `import.meta.glob([${filled("'**/*',", n)}])`,
    (code) => parseGlobCall(code, 11),
  ),
  ...[
    '**/*/**/*/**/*/**/*/**/x',
    '*a*a*a*a*a*a*a*b',
    '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}*',
    '**/[a-z]*[a-z]*[a-z]*.tsx',
  ].map((pattern) => ({
    name: `glob: many paths and ${pattern}`,
    prepare(chars: number) {
      const paths = Array.from({ length: chars / 100 }, (_, i) => `${'a/'.repeat(40)}${i}.ts`);
      return () => matchGlobs([pattern], paths);
    },
  })),
  {
    name: 'glob: a long path',
    prepare: (chars) => () => matchGlobs(['**/a*/**/a*/**/a*/**/x'], ['a/'.repeat(chars / 2)]),
  },
  {
    name: 'glob: many patterns and many paths',
    prepare: (chars) => {
      const patterns = Array.from({ length: chars / 400 }, (_, i) => `./*/**/x${i}/*.ts`);
      const paths = Array.from({ length: chars / 400 }, (_, i) => `a/b/c${i}.ts`);
      return () => matchGlobs(patterns, paths);
    },
  },
];
