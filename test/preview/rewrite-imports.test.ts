import { describe, expect, test } from 'vitest';
import { problemScript } from '../../src/preview/build-problem.ts';
import { shelf } from '../../src/preview/library-shelf.ts';
import { moduleUrl, rewriteImports } from '../../src/preview/rewrite-imports.ts';
import { moduleContext, tsconfig } from './module-context.ts';

/** The module `src/main.ts` of a project with these other files. */
const rewrite = (code: string, files: Record<string, string> = {}, path = 'src/main.ts') =>
  rewriteImports(path, moduleContext({ ...files, [path]: code }));

const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code).replaceAll("'", '%27')}`;
const addressOf = (url: string) => dataUrl(`export default "${url}"`);

test.each([
  ['src/a.ts', '', '/src/a.ts'],
  ['src/a.ts', '?url', addressOf('/src/a.ts')],
  ['src/a.css', '?url', addressOf('/src/a.css')],
  ['public/a.js', '', addressOf('/a.js')],
  ['public/a.css', '', addressOf('/a.css')],
  ['src/public/a.js', '', '/src/public/a.js'],
  ['src/it.d.ts', '', addressOf('/src/it.d.ts')],
])('%s%s is imported from %s', (path, query, url) => {
  expect(moduleUrl(path, query)).toBe(url);
});

describe('a module', () => {
  test('that is not there is null', () => {
    expect(rewriteImports('src/gone.ts', moduleContext({}))).toBeNull();
  });

  test('with a syntax error reports it and has no imports', () => {
    const problems = [
      {
        message: 'src/main.ts has a syntax error: unexpected token',
        file: 'src/main.ts',
        line: 2,
        column: 5,
        fault: { code: 'syntax' as const, what: 'unexpected token' },
      },
    ];
    expect(rewrite("import './a'\nlet = ;", { 'src/a.ts': '' })).toEqual({
      code: problemScript(problems),
      problems,
      imports: [],
      shelf: [],
    });
  });

  test('lists what its page can load in advance: static imports, but no assets and nothing that comes later', () => {
    const code = `import './a'
import logo from './logo.svg'
import data from './data.json'
import raw from './data.json' with { type: 'json' }
import { x } from 'nanoid'
const later = [import('./b'), import('react'), import('./data.json', { with: { type: 'json' } })]
use(logo, data, raw, x, later)
`;
    const files = { 'src/a.ts': '', 'src/b.ts': '', 'src/logo.svg': '', 'src/data.json': '{}' };
    expect(rewrite(code, files)).toEqual({
      code: code
        .replace('./a', '/src/a.ts')
        .replace('./logo.svg', addressOf('/src/logo.svg'))
        .replace("'./data.json'", "'/src/data.json?import'")
        .replace("'./data.json' with", "'/src/data.json' with")
        .replace('nanoid', shelf.modules.nanoid?.url ?? '')
        .replace("'./b'", '"/src/b.ts"')
        .replace("'react'", `"${shelf.modules.react?.url}"`)
        .replace("import('./data.json'", 'import("/src/data.json"'),
      problems: [],
      imports: ['/src/a.ts', '/src/data.json?import'],
      shelf: ['nanoid'],
    });
  });

  test('with imports that lead nowhere still lists the others', () => {
    const problems = [
      {
        message: "src/main.ts imports './gone', but there is no such file.",
        file: 'src/main.ts',
        line: 2,
        column: 9,
        fault: { code: 'imports' as const, what: './gone', reason: 'no_file' as const },
      },
    ];
    expect(rewrite("import './a'\nimport './gone'\nimport 'nanoid'", { 'src/a.ts': '' })).toEqual({
      code: problemScript(problems),
      problems,
      imports: ['/src/a.ts'],
      shelf: [],
    });
  });

  test('has its environment, however it is written', () => {
    const env = 'import.meta.env={"BASE_URL":"/","MODE":"development","DEV":true,"PROD":false,"SSR":false};';
    for (const code of ['f(import.meta.env)', 'f(import.meta\n  .env)', 'f(import.meta?. env)'])
      expect(rewrite(code)?.code).toBe(env + code);
    for (const code of ['f(import.meta.environment)', 'f(import.meta.x.env)']) expect(rewrite(code)?.code).toBe(code);
  });

  test('with a first line for Node runs without it, and keeps its lines', () => {
    expect(rewrite('#!/usr/bin/env node\nf(1)\n')?.code).toBe('\nf(1)\n');
    expect(rewrite("#!/usr/bin/env node\nimport './a'\n", { 'src/a.ts': '' })?.code).toBe("\nimport '/src/a.ts'\n");
    expect(rewrite('#!/usr/bin/env node\nf(import.meta.env)\n')?.code).toMatch(/^import\.meta\.env=\{.*\};\nf\(/);
    const shell = 'export const script = `\n#!/bin/sh\n`\n';
    expect(rewrite(shell)?.code).toBe(shell);
  });

  test('has its path in the places of its elements, and in nothing that the author wrote', () => {
    expect(rewrite('export const a = <p/>\n', {}, 'src/a.tsx')?.code).toMatch(/^const _jsxFileName = "src\/a\.tsx";/);
    const taken = rewrite('const _jsxFileName = 1; export const a = <p/>\n', {}, 'src/a.tsx')?.code;
    expect(taken).toMatch(/^const _jsxFileName2 = "src\/a\.tsx";/);
    for (const code of ['const _jsxFileName = "mine";\n', 'f(1);\nconst _jsxFileName = "";\n'])
      expect(rewrite(code, {}, 'src/a.js')?.code).toBe(code);
  });
});

describe('an import that leads nowhere', () => {
  const place = (code: string, files: Record<string, string> = {}, path = 'src/main.ts') =>
    rewrite(code, files, path)?.problems.map(({ line, column }) => ({ line, column }));

  test.each([
    ["import gone from 'gone'; gone()", { line: 1, column: 19 }],
    ['import "gone"', { line: 1, column: 9 }],
    ["// import './gone'\nimport './g\\u006fne'", { line: 2, column: 9 }],
    ["import './gone.css'; import './gone'", { line: 1, column: 30 }],
    ["import {\n  gone,\n} from 'gone'\ngone()", { line: 3, column: 9 }],
    ["export * from\n'gone'", { line: 2, column: 2 }],
  ])('%j is told where it stands in the source', (code, expected) => {
    expect(place(code, { 'src/gone.css': '' })).toEqual([expected]);
  });

  test('has only a line where the author did not write it', () => {
    const code = 'const a = 1;\n/* */ export const b = <p>{a}</p>\n';
    expect(place(`/** @jsxImportSource other */ ${code}`, {}, 'src/a.jsx')).toEqual([{ line: 1, column: undefined }]);
  });

  test('is one of at most ten that are told', () => {
    const names = Array.from({ length: 12 }, (_, index) => `gone${index}`);
    const problems = rewrite(names.map((name) => `import '${name}'\n`).join(''))?.problems;
    expect(problems?.map((one) => one.message)).toEqual(
      names.slice(0, 10).map((name) => `src/main.ts imports '${name}', but it is not on the library shelf.`),
    );
  });

  test('and comes later fails only then', () => {
    const problem = {
      message: "src/main.ts imports './gone', but there is no such file.",
      file: 'src/main.ts',
      line: 2,
      column: 16,
      fault: { code: 'imports' as const, what: './gone', reason: 'no_file' as const },
    };
    expect(rewrite("f(1)\nf(() =>import('./gone'))")).toEqual({
      code: `f(1)\nf(() =>import(${JSON.stringify(dataUrl(problemScript([problem])))}))`,
      problems: [],
      imports: [],
      shelf: [],
    });
  });
});

describe('import.meta.glob', () => {
  const pages = {
    'src/pages/a.ts': '',
    'src/pages/deep/b.ts': '',
    'src/pagesx/c.ts': '',
    'src/d.ts': '',
    'lib/pages/e.ts': '',
    'f.ts': '',
    'src/pages/g.css': '',
    'src/pages/h.svg': '',
    null: '',
  };
  const lazy = (members: [string, string][], only = '') =>
    `({${members.map(([key, url]) => `"${key}":()=>import("${url}")${only}`).join()}})`;

  test('names files as seen from its own, which is not among them', () => {
    const call = "import.meta.glob('../../**/*.ts')";
    const members: [string, string][] = [
      ['../../f.ts', '/f.ts'],
      ['../../lib/pages/e.ts', '/lib/pages/e.ts'],
      ['../d.ts', '/src/d.ts'],
      ['./a.ts', '/src/pages/a.ts'],
      ['./deep/b.ts', '/src/pages/deep/b.ts'],
      ['../pagesx/c.ts', '/src/pagesx/c.ts'],
    ];
    expect(rewrite(call, pages, 'src/pages/main.ts')?.code).toBe(lazy(members));
  });

  test.each([
    ["['!./deep/**', './**/*.ts']", [['./a.ts', '/src/pages/a.ts']]],
    [
      "['./a.ts', '/lib/pages/*']",
      [
        ['/lib/pages/e.ts', '/lib/pages/e.ts'],
        ['/src/pages/a.ts', '/src/pages/a.ts'],
      ],
    ],
    ["'@/d*'", [['/src/d.ts', '/src/d.ts']]],
    ["['@/pages/**/*.ts', '!@/pages/deep/**', '!@/pages/main.ts']", [['/src/pages/a.ts', '/src/pages/a.ts']]],
    ["'@.ts'", []],
    ["'../../../*'", []],
    ['[]', []],
  ] as [string, [string, string][]][])('of %s has these keys', (patterns, members) => {
    const config = tsconfig({ paths: { '@': ['./f.ts'], '*': ['./lib/*'], 's*': ['./lib/*'], '@/*': ['./src/*'] } });
    const code = `const all = import.meta.glob(${patterns});f(all)`;
    expect(rewrite(code, { ...pages, ...config }, 'src/pages/main.ts')?.code).toBe(
      `const all = ${lazy(members)};f(all)`,
    );
  });

  test('that is eager imports its files before all else, each under a name of its own', () => {
    const options = "{ eager: true, import: 'default' }";
    const code = `use(import.meta.glob('./*.{css,svg}', { eager: true }), import.meta.glob('./a.ts', ${options}))`;
    expect(rewrite(code, pages, 'src/pages/main.ts')).toEqual({
      code: `import * as __glob_0 from "/src/pages/g.css?import";import * as __glob_1 from ${JSON.stringify(addressOf('/src/pages/h.svg'))};import * as __glob_2 from "/src/pages/a.ts";use(({"./g.css":__glob_0,"./h.svg":__glob_1}), ({"./a.ts":__glob_2["default"]}))`,
      problems: [],
      imports: ['/src/pages/g.css?import', '/src/pages/a.ts'],
      shelf: [],
    });
  });

  test('of one export takes only that, and keeps its lines', () => {
    const code = "import.meta.glob(\n  './a.ts',\n  { import: 'page' },\n)";
    expect(rewrite(code, pages, 'src/pages/main.ts')?.code).toBe(
      '({"./a.ts":()=>import("/src/pages/a.ts").then(m=>m["page"])\n\n\n})',
    );
  });

  test('of what is not literal is left as it is', () => {
    const code = 'f(import.meta.glob(patterns), import.meta.url, import.meta.globs("./*"))';
    expect(rewrite(code, pages, 'src/pages/main.ts')?.code).toBe(code);
  });
});
