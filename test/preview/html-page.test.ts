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

describe('the head', () => {
  test.each([
    ['<!doctype html><html><head><title>x</title></head>', '<!doctype html><html><head>↑<title>x</title></head>'],
    ['<HTML><HEAD data-a=">">\n<p>', '<HTML><HEAD data-a=">">↑\n<p>'],
    ['<!-- <head> --><html lang="en"><body>x', '<!-- <head> --><html lang="en">↑<body>x'],
    ['<!doctype html>\n<p>x', '<!doctype html>↑\n<p>x'],
    ['<script>"<head>"</script><head>', '<script>"<head>"</script><head>↑'],
    ['<p>x', '↑<p>x'],
    ['', '↑'],
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
  ])('%s', (element, message) => {
    const page = new MemoryProject({ 'index.html': `<head>\n${element}` }).get('/');
    const told = /detail:(\[.*?\])\}\)/.exec(page)?.[1] ?? '[]';
    expect(JSON.parse(told)).toEqual([{ message, file: 'index.html', line: 2, column: 1 }]);
  });

  test('is not confused by the web, data and the shelf', () => {
    const page = new MemoryProject({
      'index.html': `<head><script src="https://example.com/x.js"></script><link rel=stylesheet href="//example.com/x.css">
<link rel="stylesheet" href="data:text/css,"><link rel="icon" href="/gone.ico"><script src="/_redraw/shelf/x.js"></script>`,
    }).get('/');
    expect(page).not.toContain('redraw:build');
  });
});
