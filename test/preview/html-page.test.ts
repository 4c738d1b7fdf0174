import { describe, expect, test } from 'vitest';
import { shelf } from '../../src/preview/library-shelf.ts';
import { MemoryProject } from './memory-project.ts';

/** The code that was inserted into a page, and the page without it. */
function split(html: string, files: Record<string, string> = {}): { added: string; rest: string } {
  const page = new MemoryProject({ 'index.html': html, ...files }).get('/');
  const added =
    /<script src="\/_redraw\/shelf\/bridge.*?<script type="importmap">.*?<\/script>(?:<link rel="modulepreload" href="[^"]*">)*/.exec(
      page,
    )?.[0];
  if (!added) throw new Error(`Nothing was put into: ${page}`);
  return { added, rest: page.replace(added, '\u2191') };
}

function importMap(page: string): { imports: Record<string, string>; [key: string]: unknown } {
  const maps = [...page.matchAll(/<script type="importmap">(.*?)<\/script>/gs)];
  expect(maps).toHaveLength(1);
  return JSON.parse(maps[0]?.[1] ?? '');
}

/** The problems that a page reports itself. */
function problems(element: string, files: Record<string, string> = {}): { message: string }[] {
  const page = new MemoryProject({ 'index.html': `<head>\n${element}`, ...files }).get('/');
  return JSON.parse(/detail:(\[.*?\])\}\)/.exec(page)?.[1] ?? '[]');
}

/** The project's modules that a page requests at once. */
function hints(element: string, files: Record<string, string> = {}): string[] {
  const { added } = split(`<head>${element}`, files);
  return [...added.matchAll(/modulepreload" href="([^"]*)"/g)].map(([, url = '']) => url);
}

describe('the head', () => {
  test.each([
    ['<!doctype html><html><head><title>x</title></head>', '<!doctype html><html><head>↑<title>x</title></head>'],
    ['<HTML><HEAD data-a=">">\n<p>', '<HTML><HEAD data-a=">">↑\n<p>'],
    ['<!-- <head> --><html lang="en"><body>x', '<!-- <head> --><html lang="en">↑<body>x'],
    ['<!doctype html>\n<p>x', '<!doctype html>↑\n<p>x'],
    ['<script>"<head>"</script><head>', '<script>"<head>"</script><head>↑'],
    ['<p>x', '↑<p>x'],
    ['', '↑'],
    ['\uFEFF<p>x', '\uFEFF↑<p>x'],
    ['<p>x\uFEFF', '↑<p>x\uFEFF'],
    [
      '\uFEFF<!-- one\n--><!----> <!DOCTYPE html SYSTEM "about:legacy-compat">\n<p>x',
      '\uFEFF<!-- one\n--><!----> <!DOCTYPE html SYSTEM "about:legacy-compat">↑\n<p>x',
    ],
    ['<p>x<!doctype html>', '↑<p>x<!doctype html>'],
    ['<!-- one -->x<!-- two --><!doctype html>', '↑<!-- one -->x<!-- two --><!doctype html>'],
    // Two ways to read each comment are too many to try.
    ['<!-- x -->'.repeat(100), `↑${'<!-- x -->'.repeat(100)}`],
  ])('of %j gets the bridge first, and nothing else changes', (html, rest) => {
    expect(split(html).rest).toBe(rest);
  });

  test('has an import map of the whole shelf', () => {
    const { imports } = importMap(split('<head>').added);
    expect(Object.keys(imports).sort()).toEqual(Object.keys(shelf.modules).sort());
    expect(imports.react).toBe(shelf.modules.react?.url);
  });

  test('merges the import map of the author, who has the last word, and keeps lines', () => {
    const own = '{ "imports": { "react": "/mine.js",\n "x/": "/x/" }, "scopes": { "/y/": {} } }';
    const { added, rest } = split(`<head>\n<script type="importmap">${own}</script>\n<title>x</title>`);
    expect(rest).toBe('<head>↑\n\n\n<title>x</title>');
    expect(importMap(added)).toMatchObject({ imports: { react: '/mine.js', 'x/': '/x/' }, scopes: { '/y/': {} } });
    expect(importMap(added).imports.preact).toBe(shelf.modules.preact?.url);
  });

  test('takes the place of an import map that the author did not close, or put before it', () => {
    const unclosed = split('<head><script type="importmap">{"imports":{"x":"/x.js"}}');
    expect(unclosed.rest).toBe('<head>↑');
    expect(importMap(unclosed.added).imports.x).toBe('/x.js');
    expect(split('<script type="importmap">{}</script>\n<head><p>x').rest).toBe('↑\n<head><p>x');
  });

  test('maps the folders that the project has short names for', () => {
    const paths = {
      '@/*': ['./src/*'],
      '~*': ['./lib/*'],
      '#a/*': ['./src/a*'],
      '@b/': ['./src/b/'],
      c: ['./src/c.ts'],
    };
    const { imports } = importMap(
      split('<head>', { 'tsconfig.json': JSON.stringify({ compilerOptions: { paths } }) }).added,
    );
    expect(imports).toEqual({
      ...Object.fromEntries(Object.entries(shelf.modules).map(([name, { url }]) => [name, url])),
      '@/': '/src/',
    });
  });

  test('cannot be left by what an author writes into the import map', () => {
    const { added } = split('<head><script type="importmap">{"imports":{"</script><b>":"x"}}');
    expect(added).not.toContain('<b>');
    const aliased = new MemoryProject({
      'index.html': '<head>',
      'tsconfig.json': '{"compilerOptions":{"paths":{"</script><b>/*":["./</script><b>/*"]}}}',
    }).get('/');
    expect(aliased).not.toContain('<b>');
  });

  test('hints at all modules of the start', () => {
    const { added } = split('<head><script type="module" src="/src/main.tsx"></script>', {
      'src/main.tsx':
        "import './a'; import './x.css'; import data from './d.json'; import('./later'); console.log(<b/>, data)",
      'src/a.ts': "import b from './b'; import './main.tsx'; b()",
      'src/b/index.ts': "import { format } from 'date-fns'; export default format",
      'src/later.ts': '',
      'src/x.css': '',
      'src/d.json': '{}',
    });
    const hints = [...added.matchAll(/modulepreload" href="([^"]*)"/g)].map(([, url = '']) =>
      url.replaceAll('&amp;', '&'),
    );
    const map = JSON.parse(/<script type="importmap">(.*?)<\/script>/.exec(added)?.[1] ?? '{}').imports;
    // The page itself names the entry; all other modules are requested with their digest, under the URL of the import map.
    expect(hints.filter((url) => url.startsWith('/src/'))).toEqual([
      '/src/main.tsx',
      map['/src/a.ts'],
      map['/src/x.css?import'],
      map['/src/d.json?import'],
      map['/src/b/index.ts'],
    ]);
    expect(map['/src/a.ts']).toMatch(/^\/src\/a\.ts\?v=[0-9a-f]{32}$/);
    expect(map['/src/x.css?import']).toMatch(/^\/src\/x\.css\?import&v=[0-9a-f]{32}$/);
    expect(map['/src/main.tsx']).toBeUndefined();
    expect(hints).toContain(shelf.modules['date-fns']?.url);
    expect(hints).toContain(shelf.modules['react/jsx-dev-runtime']?.url);
    expect(new Set(hints).size).toBe(hints.length);
  });

  test('pins the modules of a large app as well: a change of one of them is all that is loaded again', () => {
    const parts = Array.from({ length: 300 }, (_, at) => `src/part-${at}.ts`);
    const files = (changed: string) => ({
      'src/main.ts': parts.map((path) => `import '/${path}';`).join('\n'),
      ...Object.fromEntries(parts.map((path) => [path, path === changed ? '2' : '1'])),
    });
    const pinned = (changed: string) =>
      importMap(split('<head><script type="module" src="/src/main.ts"></script>', files(changed)).added).imports;
    const [before, after] = [pinned(''), pinned('src/part-299.ts')];
    const moved = parts.filter((path) => before[`/${path}`] === undefined || before[`/${path}`] !== after[`/${path}`]);
    expect(moved).toEqual(['src/part-299.ts']);
  });
});

describe('a page that names what is not there', () => {
  test.each([
    [
      '<script type="module" src="/src/gone.tsx"></script>',
      "index.html loads '/src/gone.tsx', but there is no such file.",
    ],
    ['<script src="gone.js"></script>', "index.html loads 'gone.js', but there is no such file."],
    ['<link rel="stylesheet" href="/gone.css">', "index.html loads '/gone.css', but there is no such file."],
    [
      '<script type="module">import _ from "lodash"</script>',
      "index.html loads 'lodash', but it is not on the library shelf.",
    ],
    [
      '<script type="module">\nexport * from "./gone.js"</script>',
      "index.html loads './gone.js', but there is no such file.",
    ],
    ['<script src="./gone:1/x.js"></script>', "index.html loads './gone:1/x.js', but there is no such file."],
    ['<LINK REL="alternate StyleSheet" HREF="gone.css">', "index.html loads 'gone.css', but there is no such file."],
  ])('%s', (element, message) => {
    expect(problems(element)).toMatchObject([{ message, file: 'index.html', line: 2, column: 1 }]);
  });

  test('tells ten of its problems', () => {
    const told = problems(Array.from({ length: 11 }, (_, at) => `<script src="${at}.js"></script>`).join(''));
    expect(told.map(({ message }) => /'(\d+)\.js'/.exec(message)?.[1])).toEqual([...'0123456789']);
  });

  test.each([
    ['a script without a source', '<script src=""></script><script src=" "></script>'],
    [
      'other elements',
      '<img src="/gone.png"><a rel="stylesheet" href="/gone"><style type="module">import "gone"</style>',
    ],
    ['other links', '<link rel="preload" href="/gone.css"><link href="/gone.css"><link rel="stylesheet">'],
    ['other scripts', '<script>import "gone"</script><script type="text/template">import "gone"</script>'],
    ['a script with an error of syntax', '<script type="module">import "gone</script>'],
    ['imports on demand', '<script type="module">import("gone"); import.meta.url</script>'],
    ['imports with attributes', '<script type="module">import a from "./gone.json" with { type: "json" }</script>'],
    ['imports from the web', '<script type="module">import "https://example.com/x.js"</script>'],
    ['scripts of the shelf', '<script type="module" src="react"></script><script src="javascript:1"></script>'],
  ])('is not seen in %s', (_, element) => {
    expect(problems(element, { react: '' })).toEqual([]);
  });

  test('is not confused by the web, data and the shelf', () => {
    const page = new MemoryProject({
      'index.html': `<head><script src="https://example.com/x.js"></script><link rel=stylesheet href="//example.com/x.css">
<link rel="stylesheet" href="data:text/css,"><link rel="icon" href="/gone.ico"><script src="/_redraw/shelf/x.js"></script>`,
    }).get('/');
    expect(page).not.toContain('redraw:build');
  });
});

describe('the modules that a page requests at once', () => {
  const files = { 'a.ts': '', 'b.js': '', 'c.css': '', 'd.json': '{}', 'e/f.ts': '' };

  test.each([
    ['<script TYPE="Module" src=" a.ts "></script>', ['/a.ts']],
    [
      '<script type="module" src="./e/f"></script><script type="module" src="/b.js?x&amp;y"></script>',
      ['/e/f.ts', '/b.js'],
    ],
    ['<script type="module">import "./a"; export * from "/b.js"; import("./e/f.ts")</script>', ['/a.ts', '/b.js']],
    ['<script type="module">import "./b.js?raw"; import "./c.css"; import d from "./d.json"</script>', ['/b.js?raw']],
    ['<script type="module">import a from "./a.ts" with { type: "text" }</script>', []],
    ['<script src="b.js"></script><script>import "./a.ts"</script>', []],
    ['<script type="module" src="c.css"></script><link rel="modulepreload" href="a.ts">', []],
    ['<p>No script</p>', []],
  ])('by %s', (element, urls) => {
    expect(hints(element, files)).toEqual(urls);
  });

  test('are those of the shelf, too', () => {
    const { url = '', chunks = [] } = shelf.modules['date-fns'] ?? {};
    expect(hints('<script type="module">import { format } from "date-fns"; import "./a"</script>', files)).toEqual([
      ...chunks,
      url,
      '/a.ts',
    ]);
  });
});

describe('a linked style sheet', () => {
  test('reports its own problems', () => {
    expect(problems('<link rel="stylesheet" href="a.css">', { 'a.css': '@import "./gone.css";' })).toMatchObject([
      { message: "a.css imports './gone.css', but there is no such file.", file: 'a.css', line: 1, column: 1 },
    ]);
    expect(problems('<link rel="stylesheet" href="a.css">', { 'a.css': 'a {}' })).toEqual([]);
  });

  test('that imports Tailwind is a problem: only a script loads its compiler', () => {
    const files = { 'a.css': '@import "tailwindcss";' };
    expect(problems('<link rel="stylesheet" href="a.css">', files)).toMatchObject([
      {
        message: "index.html loads 'a.css', but a style sheet that imports Tailwind must be imported by a script.",
        file: 'index.html',
        line: 2,
        column: 1,
      },
    ]);
  });
});

describe('a page with a base', () => {
  const script = '<script type="module" src="app.js"></script>';
  test.each([
    ['<base href="/sub/">', { 'sub/app.js': '' }],
    ['<base href="sub/">', { 'sub/app.js': '' }],
    ['<base href="/sub/page.html">', { 'public/sub/app.js': '' }],
    ['<base href="/sub/"><base href="/other/">', { 'sub/app.js': '' }],
    ['<base target="_blank"><base href="/sub/">', { 'sub/app.js': '' }],
    ['<base href="/a%20b/">', { 'a b/app.js': '' }],
    ['<base href="&#x2F;sub&#47;">', { 'sub/app.js': '' }],
    ['<noscript><base href="/sub/"></noscript>', { 'app.js': '' }],
    ['<base href="https://cdn.example/">', {}],
    ['<base href="//cdn.example/">', {}],
    ['<base target="_blank">', { 'app.js': '' }],
    ['<base href="">', { 'app.js': '' }],
    ['<base href="http://[">', { 'app.js': '' }],
  ] as [string, Record<string, string>][])('%s loads from there, without a problem', (base, files) => {
    expect(problems(base + script, files)).toEqual([]);
  });

  test('loads modules, style sheets and the imports of inline modules from there', () => {
    const files = { 'sub/a.js': '', 'sub/a.css': '', 'sub/b.js': '' };
    const elements =
      '<script type="module">import "./a.js"</script><link rel="stylesheet" href="a.css"><script type="module" src="b.js"></script>';
    expect(problems(`<base href="/sub/">${elements}`, files)).toEqual([]);
    expect(hints(`<base href="/sub/">${elements}`, files)).toEqual(['/sub/a.js', '/sub/b.js']);
  });

  test('does not count for what stands before it', () => {
    expect(problems(`${script}<base href="/sub/">`, { 'app.js': '' })).toEqual([]);
  });

  test('that leads to nothing is a problem still', () => {
    expect(problems(`<base href="/sub/">${script}`, { 'app.js': '' })[0]?.message).toBe(
      "index.html loads 'app.js', but there is no such file.",
    );
  });
});

describe('a page without a base', () => {
  test.each([
    ['<script src="a%20b.js"></script>', { 'a b.js': '' }],
    ['<script src="./a.js?x=1#y"></script>', { 'a.js': '' }],
    ['<link rel="stylesheet" href="%C3%A4.css">', { 'ä.css': '' }],
    ['<script src="//cdn.example/a.js"></script>', {}],
    ['<script src="data:text/javascript,1"></script>', {}],
  ] as [string, Record<string, string>][])('loads %s, without a problem', (html, files) => {
    expect(problems(html, files)).toEqual([]);
  });

  test.each([
    '<noscript><script src="gone.js"></script></noscript>',
    '<script nomodule src="gone.js"></script>',
    '<script type="application/json" src="gone.json"></script>',
    '<template><script src="gone.js"></script></template>',
  ])('does not load %s', (html) => {
    expect(problems(html, {})).toEqual([]);
  });

  test.each([
    ['<script src="gone.js"></script>', 'gone.js'],
    ['<script type=" Text/JavaScript " src="/gone.js"></script>', '/gone.js'],
    ['<script type="module" nomodule src="./gone.js"></script>', './gone.js'],
  ])('says so where %s leads to nothing', (html, what) => {
    expect(problems(html, {})[0]?.message).toContain(`loads '${what}'`);
  });
});
