import { describe, expect, test } from 'vitest';
import type { ShelfManifest } from '../../src/preview/library-shelf.ts';
import { moduleGraph } from '../../src/preview/module-graph.ts';
import { MemoryProject } from './memory-project.ts';
import { moduleContext } from './module-context.ts';

const shelf: ShelfManifest = {
  bridge: '/bridge.js',
  packages: { lib: '1.0.0', other: '1.0.0', unused: '1.0.0' },
  modules: {
    lib: { url: '/shelf/lib.js', chunks: ['/shelf/shared.js', '/shelf/lib-chunk.js'] },
    other: { url: '/shelf/other.js', chunks: ['/shelf/shared.js'] },
    unused: { url: '/shelf/unused.js', chunks: [] },
  },
};

function graphOf(files: Record<string, string>, roots: string[], shelfRoots: string[] = []) {
  return moduleGraph(roots, shelfRoots, moduleContext(files, { shelf }));
}

/** URLs without their digests. */
const plain = (urls: string[]): string[] => urls.map((url) => url.replace(/[?&]v=.*/, ''));

describe('a page loads at once', () => {
  test('what its scripts import statically, nearest first, each once, and libraries with their parts before', () => {
    const { urls, problems } = graphOf(
      {
        'src/main.ts': "import 'other'\nimport './a'\nimport \"./it's [b]\"\nimport('./later')\n",
        'src/a.ts': "import './deep'\nimport './main'\n",
        "src/it's [b].ts": "import './deep'\n",
        'src/deep.ts': 'export {}',
        'src/later.ts': 'export {}',
      },
      ['/src/main.ts'],
      ['lib'],
    );
    expect(plain(urls)).toEqual([
      '/shelf/shared.js',
      '/shelf/lib-chunk.js',
      '/shelf/lib.js',
      '/shelf/other.js',
      '/src/main.ts',
      '/src/a.ts',
      '/src/it%27s%20%5Bb%5D.ts',
      '/src/deep.ts',
    ]);
    expect(problems).toEqual([]);
  });

  test('style sheets, and those that they compose from', () => {
    const { urls, problems } = graphOf(
      {
        'main.ts': "import './a.module.css'\nimport './data.json'\n",
        'a.module.css': ".a { composes: b from './b.module.css' }",
        'b.module.css': '.b { color: red }',
        'data.json': '{"a":1}',
      },
      ['/main.ts'],
    );
    expect(plain(urls)).toEqual(['/main.ts', '/a.module.css?import', '/data.json?import', '/b.module.css?import']);
    expect(problems).toEqual([]);
  });

  test('at most 150 files', () => {
    const names = Array.from({ length: 160 }, (_, index) => `f${index}.css`);
    const { urls } = graphOf(
      {
        'main.js': names.map((name) => `import './${name}'`).join('\n'),
        ...Object.fromEntries(names.map((n) => [n, ''])),
      },
      ['/main.js'],
      ['lib'],
    );
    expect(urls).toHaveLength(150);
    expect(plain(urls.slice(3, 5))).toEqual(['/main.js', '/f0.css?import']);
  });
});

describe('an address with a digest', () => {
  const files = {
    'index.html': '<script type="module" src="/main.ts"></script>',
    'main.ts': "import './a'\nimport './a.module.css'\nimport './data.json'\nimport text from './a.txt?raw'\ntext",
    'a.ts': 'export const a = 1\n',
    'a.module.css': '.a { color: red }',
    'a.txt': '{ not JSON',
    'data.json': '{"a":1}',
  };
  const pinned = ['/a.ts', '/a.module.css?import', '/data.json?import'];

  test('stands for each module but those that the page names itself, and those that are no modules of the project', () => {
    const graph = graphOf(files, ['/main.ts']);
    expect(Object.keys(graph.pinned)).toEqual(pinned);
    expect(graph.urls).toEqual(['/main.ts', ...Object.values(graph.pinned).slice(0, 3), '/a.txt?raw']);
    expect(graph.problems).toEqual([]);
  });

  test.each(pinned)('is that of what is served there, so that a browser keeps it: %s', (url) => {
    const project = new MemoryProject(files);
    const { imports } = JSON.parse(/<script type="importmap">(.*?)<\/script>/.exec(project.get('/'))?.[1] ?? '');
    const { pathname, search } = new URL(imports[url], 'http://localhost');
    const { headers } = project.serve({ path: pathname, search });
    expect(headers).toContainEqual(['Cache-Control', 'private, max-age=31536000, immutable']);
  });
});

test('of very large modules, as many are looked at as the cache can keep', () => {
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [
      `m${n}.ts`,
      `import './m${n + 1}'\nexport const x${n} = "${'x'.repeat(500_000)}"`,
    ]),
  );
  const { pinned } = graphOf({ ...files, 'm20.ts': '' }, ['/m0.ts']);
  expect(Object.keys(pinned)).toHaveLength(6);
});

test('of a very large app, 500 modules are looked at', () => {
  const names = Array.from({ length: 520 }, (_, index) => `f${index}.json`);
  const { pinned } = graphOf(
    {
      'main.js': names.map((name) => `import './${name}'`).join('\n'),
      ...Object.fromEntries(names.map((n) => [n, '1'])),
    },
    ['/main.js'],
  );
  expect(Object.keys(pinned)).toHaveLength(499);
});

describe('problems', () => {
  test('of all modules are reported, those of the importer first', () => {
    const { problems } = graphOf(
      { 'main.ts': "import './a'\nimport './gone'", 'a.ts': "import './b.json'", 'b.json': '{' },
      ['/main.ts'],
    );
    expect(problems.map(({ file, line }) => [file, line])).toEqual([
      ['main.ts', 2],
      ['b.json', undefined],
    ]);
  });

  test('are ten at most', () => {
    const broken = (names: string) => [...names].map((name) => `import './gone-${name}'`).join('\n');
    const { problems } = graphOf(
      { 'main.ts': `${broken('abcdefgh')}\nimport './next'`, 'next.ts': broken('ijklmnop') },
      ['/main.ts'],
    );
    expect(problems.map(({ message }) => /gone-./.exec(message)?.[0].at(-1)).join('')).toBe('abcdefghij');
  });
});
