import fc from 'fast-check';
import picomatch from 'picomatch/posix.js';
import { describe, expect, test } from 'vitest';
import { matchGlobs, parseGlobCall } from '../../src/preview/import-glob.ts';
import { longRun } from '../support/long-run.ts';

describe('the arguments of a call', () => {
  const parse = (call: string) => parseGlobCall(`f(import.meta${call}, 1)`, 'f(import.meta'.length);
  const parsed = (call: string, values: object = {}) => ({
    end: `f(import.meta${call}`.length,
    patterns: ['./*.ts'],
    eager: false,
    importName: null,
    query: '',
    ...values,
  });

  test.each([
    ".glob('./*.ts')",
    '.glob("./*.ts")',
    '.glob(`./*.ts`)',
    " .\n  glob  (  './*.ts'  )",
    ".glob(['./*.ts'])",
    ".glob(['./*.ts',], {},)",
    ".glob('./*.ts', null)",
    ".glob('./*.ts', { eager: false })",
    ".glob('./*.ts', { eager: 1, query: 2, import: 3, as: 4 })",
    ".glob('./*.ts', { import: '*' })",
    ".glob('./*.ts', { query: '' })",
    ".glob(// all) it's (\n './*.ts' /* \"and) */ )",
    ".glob(/* don't * / */ './*.ts' // \")\n)",
  ])('%j is one pattern', (call) => {
    expect(parse(call)).toEqual(parsed(call));
  });

  test.each([
    ['{ eager: true }', { eager: true }],
    ['{\n  "eager" : true,\n}', { eager: true }],
    ['{eager:true,import:"page"}', { eager: true, importName: 'page' }],
    ["{ query: '?raw', import: 'default' }", { query: '?raw', importName: 'default' }],
    ["{ query: 'raw' }", { query: '?raw' }],
    ["{ as: 'raw' }", { query: '?raw', importName: 'default' }],
    ["{ as: 'url', query: '?inline', import: '*' }", { query: '?inline' }],
    ['{ $a_1 : [{ b: 1 }], eager : true }', { eager: true }],
  ])('with the options %j', (options, values) => {
    const call = `.glob('./*.ts', ${options})`;
    expect(parse(call)).toEqual(parsed(call, values));
  });

  test.each([
    [String.raw`'./it\'s/*.ts'`, "./it's/*.ts"],
    [`"./it's/*.ts", { import: '*' }`, "./it's/*.ts"],
    [String.raw`'./\\[id\\].ts'`, String.raw`./\[id\].ts`],
    [String.raw`"./\\[id\\].ts"`, String.raw`./\[id\].ts`],
    [String.raw`'./\[id\].ts'`, './[id].ts'],
    [String.raw`'./"a"/\"b\".ts'`, './"a"/"b".ts'],
    [String.raw`"./\"a\"/\u0062.ts"`, './"a"/b.ts'],
    ["'./(group)/{a: b, c}//*.ts'", './(group)/{a: b, c}//*.ts'],
    ['"./(group)/*.ts"', './(group)/*.ts'],
    ['`./(group)/*.ts`', './(group)/*.ts'],
    ['`./"a"/*.ts`', './"a"/*.ts'],
  ])('%s are the pattern that JavaScript sees', (args, pattern) => {
    const call = `.glob(${args})`;
    expect(parse(call)).toEqual(parsed(call, { patterns: [pattern] }));
  });

  test('are several patterns', () => {
    const call = '.glob([\'./a.ts\', `./b.ts`, "!./c.ts"], { eager: true })';
    expect(parse(call)).toEqual(parsed(call, { eager: true, patterns: ['./a.ts', './b.ts', '!./c.ts'] }));
  });

  test.each([
    '.glob()',
    '.glob(patterns)',
    '.glob(1)',
    ".glob(['./*.ts', 1])",
    ".glob(['./*.ts', ...more])",
    `.glob(\`./\${folder}/*.ts\`)`,
    ".glob('./' + name)",
    ".glob(('./*.ts'))",
    ".glob('./*.ts', { eager })",
    ".globs('./*.ts')",
    ".env, x.glob('./*.ts')",
    ".url, /*.glob(*/ './*.ts')",
    "['glob']('./*.ts')",
    " + glob('./*.ts')",
  ])('%j are not literal', (call) => {
    expect(parse(call)).toBeNull();
  });

  test.each(["'./*.ts'", "'./*.ts", '"./*.ts', '`./*.ts', "'./*.ts' /* )", "'./*.ts' // )"])(
    '%s without an end is no call',
    (args) => {
      expect(parseGlobCall(`.glob(${args}`, 0)).toBeNull();
    },
  );

  test('are at most 5000 characters with the parenthesis', () => {
    const call = (length: number) => `.glob('./*.ts'${' '.repeat(length - 9)})`;
    expect(parse(call(5000))).toEqual(parsed(call(5000)));
    expect(parse(call(5001))).toBeNull();
  });
});

describe('a pattern', () => {
  const paths = [
    'src/.env.ts',
    'src/.hidden/a.ts',
    'src/a.ts',
    'src/a.tsx',
    'src/b.ts',
    'src/c.js',
    'src/deep/a.ts',
    'src/deep/er/b.ts',
    'src/(group)/a.ts',
    'src/[id].ts',
    'src/a+b.ts',
    'src/i.ts',
    'top.ts',
  ];

  test.each<[string, string[]]>([
    ['src/a.ts', ['src/a.ts']],
    ['*', ['top.ts']],
    ['src/*.tsx', ['src/a.tsx']],
    ['src/*.j*', ['src/c.js']],
    ['src/*/a.ts', ['src/(group)/a.ts', 'src/deep/a.ts']],
    ['src/**/a.ts', ['src/(group)/a.ts', 'src/a.ts', 'src/deep/a.ts']],
    ['**/b.ts', ['src/b.ts', 'src/deep/er/b.ts']],
    ['**/deep/**/*.ts', ['src/deep/a.ts', 'src/deep/er/b.ts']],
    ['src/deep/**', ['src/deep/a.ts', 'src/deep/er/b.ts']],
    ['src/deep/**.ts', ['src/deep/a.ts']],
    ['src/?.ts', ['src/a.ts', 'src/b.ts', 'src/i.ts']],
    ['src/??.ts', []],
    ['src/{a,c}.{ts,js}', ['src/a.ts', 'src/c.js']],
    ['src/{deep/**,b}.ts', ['src/b.ts', 'src/deep/a.ts', 'src/deep/er/b.ts']],
    ['src/{deep/er/,}b.ts', ['src/b.ts', 'src/deep/er/b.ts']],
    ['src/{a..b}.ts', ['src/a.ts', 'src/b.ts']],
    ['src/[ab].ts', ['src/a.ts', 'src/b.ts']],
    ['src/[a-c].ts', ['src/a.ts', 'src/b.ts']],
    ['src/[!a].ts', ['src/b.ts', 'src/i.ts']],
    ['src/[^a].ts', ['src/b.ts', 'src/i.ts']],
    ['src/[id].ts', ['src/[id].ts', 'src/i.ts']],
    ['src/\\[id\\].ts', ['src/[id].ts']],
    ['src/(group)/*', ['src/(group)/a.ts']],
    ['src/\\(group\\)/*', ['src/(group)/a.ts']],
    ['src/a+b.ts', ['src/a+b.ts']],
    ['src/(a|b).ts', []],
    ['src/@(a|b).ts', []],
    ['src/\\a.ts', ['src/a.ts']],
    ['src/\\d.ts', []],
    ['src/.*', ['src/.env.ts']],
    ['src/.hidden/*', ['src/.hidden/a.ts']],
    ['src/{a', []],
    ['src/[a', []],
    ['src/[[:].ts', []],
    ['', []],
  ])('%j names %j', (pattern, expected) => {
    expect(matchGlobs([pattern], paths)).toEqual(expected);
  });

  test.each<[string[], string[]]>([
    [
      ['src/*.ts', '!src/[!i].ts'],
      ['src/[id].ts', 'src/a+b.ts', 'src/i.ts'],
    ],
    [['!**/deep/**', 'src/**/b.ts'], ['src/b.ts']],
    [
      ['src/*.js', 'top.*'],
      ['src/c.js', 'top.ts'],
    ],
    [['!src/a.ts'], []],
    [[], []],
  ])('in the list %j is added or taken away', (patterns, expected) => {
    expect(matchGlobs(patterns, paths)).toEqual(expected);
  });

  test('that begins with an exclamation mark takes away, one that ends with it does not', () => {
    expect(matchGlobs(['!a.ts'], ['!a.ts', 'a.ts'])).toEqual([]);
    expect(matchGlobs(['*', '!a.ts'], ['!a.ts', 'a.ts'])).toEqual(['!a.ts']);
    expect(matchGlobs(['wow!'], ['wow!', 'wow'])).toEqual(['wow!']);
  });

  test('needs a character for a star at the end', () => {
    expect(matchGlobs(['*/**/*'], ['b', 'a/b', 'a/b/c'])).toEqual(['a/b', 'a/b/c']);
    expect(matchGlobs(['*.*'], ['a.', 'a.b', 'ab'])).toEqual(['a.b']);
  });

  test('means what it means to picomatch', () => {
    const pieces = ['a', 'b', '*', '**', '?', '.', '{a,b}', '{**/,a}', '{a..b}', '[ab]', '[!a]', '/', '/', '-', ','];
    const pattern = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 9 }).map((parts) => parts.join(''));
    const path = fc
      .array(fc.stringMatching(/^[abAB-][ab.,-]{0,3}$/), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(
        pattern.filter((one) => !/(?:^|\/)\./.test(one)),
        fc.uniqueArray(path, { maxLength: 20 }),
        (one, paths) => {
          const matches = picomatch(one, { noextglob: true, posix: true, nonegate: true });
          expect(matchGlobs([one], paths)).toEqual(paths.filter((each) => matches(each)).sort());
        },
      ),
      longRun(2_000),
    );
  });
});

describe('a hostile pattern', () => {
  const long = 'a'.repeat(240);

  test('of more than 300 characters names nothing', () => {
    const just = `${'{a,a}'.repeat(40)}${'*'.repeat(100)}`;
    expect(matchGlobs([just], [long])).toEqual([long]);
    expect(matchGlobs([`${just}*`], [long])).toEqual([]);
    expect(matchGlobs(['*', `!${just}*`], [long])).toEqual([long]);
  });

  // A backtracking engine would never finish with the first patterns, nor with the others if their groups were not escaped.
  test.each([
    `${'*a'.repeat(140)}b`,
    `${'*?'.repeat(100)}b`,
    `${'**/'.repeat(9)}${'*a*/'.repeat(60)}b`,
    `${'{*a,*aa}'.repeat(35)}b`,
    `${'{a,aa}'.repeat(45)}*b`,
    `${'[!b]*'.repeat(50)}b`,
    `*a${'?'.repeat(230)}b`,
    '(a+)+b',
    '(a|a)+(a|aa)+b',
    '{a,aa}+{a,aa}+b',
    '+(a|aa)+(a|aa)*(*(a))b',
    '*(*(*(*(a))))b',
    '!(*(a)*(a)*(a))b',
    '{a..z}{a..z}*{a..z}*{a..z}*{a..z}*{a..z}*b',
    '{a..]*(*}{a..)*}b',
    `${'[[:alpha:]]*'.repeat(20)}9`,
    '[\\(?=a\\)]*(?=a)b',
    '\\Q*\\E\\pN\\1{99,99}{1000}',
  ])('%j comes to an end', (pattern) => {
    const paths = Array.from({ length: 200 }, (_, index) => `${'a/'.repeat(index % 100)}${long.slice(0, 240 - index)}`);
    expect(matchGlobs([pattern], [...paths, 'c'])).toEqual([]);
  });

  test('among many wildcards that fit names its file', () => {
    expect(matchGlobs(['*a'.repeat(140)], [long, 'a'.repeat(139)])).toEqual([long]);
  });
});
