import { describe, expect, test } from 'vitest';
import { shelf } from '../../src/preview/library-shelf.ts';
import { MemoryProject } from './memory-project.ts';

const url = (specifier: string) => shelf.modules[specifier]?.url;

/** Evaluates a module without imports of its own. */
async function evaluate(code: string): Promise<Record<string, unknown>> {
  return { ...(await import(`data:text/javascript,${encodeURIComponent(code)}`)) };
}

/** The problems that the code of a broken module reports. */
function problemsOf(code: string): unknown[] {
  return JSON.parse(/detail:(\[.*?\])\}\)\);throw/.exec(code)?.[1] ?? '[]');
}

describe('imports', () => {
  const files = {
    'src/App.tsx': '',
    'src/ui/index.ts': '',
    'src/util.js': '',
    'src/data.json': '{"a":1}',
    'src/look.css': '',
    'src/logo.svg': '',
    "src/it's (1).ts": '',
    'public/vite.svg': '',
    'lib/deep.ts': '',
    'tsconfig.json': '{ "files": [], /* c */ "references": [{"path":"./tsconfig.app.json"},], }',
    'tsconfig.app.json': `{ "extends": "./tsconfig.base.json", "compilerOptions": {
      // an alias
      "paths": { "@/*": ["./src/*"], "~one": ["./lib/deep.ts"], "react-compat": ["./node_modules/preact/compat/"] }, } }`,
    'tsconfig.base.json': '{ "compilerOptions": { "jsxImportSource": "preact" } }',
  };

  test.each([
    ['./App', '/src/App.tsx'],
    ['./App.tsx', '/src/App.tsx'],
    ['./App.js', '/src/App.tsx'],
    ['./App.jsx', '/src/App.tsx'],
    ['./ui', '/src/ui/index.ts'],
    ['./ui/', '/src/ui/index.ts'],
    ['.', '/src/index.ts'],
    ['../lib/deep', '/lib/deep.ts'],
    ['/src/util', '/src/util.js'],
    ['@/util', '/src/util.js'],
    ['~one', '/lib/deep.ts'],
    ["./it's (1)", '/src/it%27s%20(1).ts'],
    ['./look.css', '/src/look.css?import'],
    ['./look.css?inline', '/src/look.css?inline'],
    ['./data.json', '/src/data.json?import'],
    ['./logo.svg?raw', '/src/logo.svg?raw'],
    ['./util?worker', '/src/util.js?worker'],
    ['react', url('react')],
    ['@preact/signals', url('@preact/signals')],
    ['react-compat', url('preact/compat')],
    ['https://example.com/x.js', 'https://example.com/x.js'],
  ])('of %s', (specifier, expected) => {
    const project = new MemoryProject({
      ...files,
      'src/index.ts': 'export {}',
      'src/main.ts': `import * as x from "${specifier}";\nx;\n`,
    });
    expect(project.get('/src/main.ts')).toBe(`import * as x from "${expected}";\nx;\n`);
  });

  test.each(['./logo.svg', './logo.svg?url', '/src/logo.svg', '@/logo.svg'])(
    'of the asset %s is its address',
    async (specifier) => {
      const project = new MemoryProject({ ...files, 'src/main.ts': `export { default } from '${specifier}'` });
      expect((await evaluate(project.get('/src/main.ts'))).default).toBe('/src/logo.svg');
    },
  );

  test('of what is public is its address at the root', async () => {
    const project = new MemoryProject({ ...files, 'src/main.ts': "export { default } from '/vite.svg'" });
    expect((await evaluate(project.get('/src/main.ts'))).default).toBe('/vite.svg');
  });

  test('that come later, from variables, with attributes', () => {
    const computed = ['import(name)', 'import(`./ui/$', '{name}.js`)'].join('\n').replace('$\n', '$');
    const project = new MemoryProject({
      ...files,
      'src/main.js': `import('./ui')\n${computed}\nimport d from './data.json' with { type: 'json' }\n`,
    });
    expect(project.get('/src/main.js')).toBe(
      `import("/src/ui/index.ts")\n${computed}\nimport d from '/src/data.json' with { type: 'json' }\n`,
    );
  });

  test('that come later and lead nowhere fail when they come', async () => {
    const project = new MemoryProject({
      'src/main.js': "export const load = () => import('./gone')",
      'src/bad.js': 'let = ;',
    });
    const dispatched: unknown[] = [];
    Object.assign(globalThis, { dispatchEvent: (event: CustomEvent) => dispatched.push(event.detail) });
    const { load } = (await evaluate(project.get('/src/main.js'))) as { load: () => Promise<unknown> };
    await expect(load()).rejects.toThrow("src/main.js:1:35: src/main.js imports './gone', but there is no such file.");
    expect(dispatched).toHaveLength(1);
    project.write('src/main.js', "export const load = () => import('./bad')");
    const later = (await evaluate(project.get('/src/main.js'))) as { load: () => Promise<unknown> };
    await expect(later.load()).rejects.toThrow('src/bad.js:1');
  });

  test('through an address that only the running app knows are the same module', () => {
    const project = new MemoryProject({ ...files, 'src/App.tsx': 'export default 1' });
    const asked = { 'sec-fetch-dest': 'script' };
    expect(project.get('/src/App', asked)).toBe('export * from "/src/App.tsx";export{default} from "/src/App.tsx";\n');
    expect(project.get('/src/look.css', asked)).toContain('"/src/look.css?import"');
    expect(project.get('/src/look.css')).toBe('');
  });

  test('that only name types are dropped, unless the settings keep them', () => {
    const source = "import { A } from './App'\nimport type { B } from './gone'\nexport const a: A = 1\n";
    const project = new MemoryProject({ ...files, 'src/main.ts': source });
    expect(project.get('/src/main.ts')).not.toContain('import');
    project.write('tsconfig.json', '{"compilerOptions":{"verbatimModuleSyntax":true}}');
    expect(project.get('/src/main.ts')).toContain('/src/App.tsx');
    expect(project.get('/src/main.ts')).not.toContain('gone');
  });

  test('that fail are all named at once, where they stand', () => {
    const project = new MemoryProject({
      'src/main.ts':
        "import {\n  a,\n  b,\n} from 'lodash'\nimport fs from 'node:fs'\nimport c from './app'\nconsole.log(a, b, c, fs)",
      'src/App.tsx': '',
    });
    expect(problemsOf(project.get('/src/main.ts'))).toMatchObject([
      {
        message: "src/main.ts imports 'lodash', but it is not on the library shelf.",
        file: 'src/main.ts',
        line: 4,
        column: 9,
      },
      {
        message: "src/main.ts imports 'node:fs', but it exists on servers only, not in a browser.",
        file: 'src/main.ts',
        line: 5,
        column: 17,
      },
      {
        message: "src/main.ts imports './app', but there is no such file; there is src/App.tsx.",
        file: 'src/main.ts',
        line: 6,
        column: 16,
      },
    ]);
  });

  test('leave to the author what is in the import map of the page', () => {
    const project = new MemoryProject({
      'index.html': '<script type="importmap">{"imports":{"lodash":"https://esm.sh/lodash","ui/":"/src/ui/"}}</script>',
      'src/main.js': "import 'lodash'\nimport 'ui/x.js'\n",
    });
    expect(project.get('/src/main.js')).toBe("import 'lodash'\nimport 'ui/x.js'\n");
  });
});

describe('lines', () => {
  test('stay where they were', () => {
    const source = `/** head */
import {
  useState,
  type ReactNode,
} from 'react'
import type { Gone } from './gone'

interface Props<T> {
  children: ReactNode
  value: T
}
enum Size {
  Small,
  Large,
}
abstract class Box<T extends object> implements Other {
  declare x: number
  constructor(
    private readonly value: T,
    public size = Size.Small,
  ) {
    super()
    mark(23)
  }
}
const pages = import.meta.glob(
  './pages/*.tsx',
  { eager: true },
)
export function App<T,>({ children, value }: Props<T>) {
  const [count] = useState<
    number
  >(0)
  return (
    <>
      <div
        className="a"
        onClick={() => mark(38)}
      >
        text {count as number}

        <b>more</b>
      </div>
      {children}
    </>
  )
}
mark(48); const env = import.meta.env.DEV satisfies boolean
`;
    const project = new MemoryProject({ 'src/App.tsx': source, 'src/pages/a.tsx': '', 'src/pages/b.tsx': '' });
    const code = project.get('/src/App.tsx').split('\n');
    expect(code).toHaveLength(source.split('\n').length);
    for (const line of [23, 38, 48]) expect(code[line - 1]).toContain(`mark(${line})`);
  });

  test('and columns of a syntax error are those of the original', () => {
    const project = new MemoryProject({
      'src/a.tsx': 'const a = 1\n\nexport const b = <p>\n  <b>\n</p>',
      'src/b.json': '{',
    });
    expect(problemsOf(project.get('/src/a.tsx'))).toMatchObject([
      {
        message: expect.stringMatching(/^src\/a\.tsx has a syntax error: /),
        file: 'src/a.tsx',
        line: 5,
        column: expect.any(Number),
      },
    ]);
    expect(problemsOf(project.get('/src/b.json?import'))).toMatchObject([
      { message: expect.stringContaining('not JSON'), file: 'src/b.json' },
    ]);
  });
});

describe('JSX', () => {
  const jsx = 'export const a = <p>x</p>\n';
  const code = (files: Record<string, string>, path = 'src/a.tsx', source = jsx) =>
    new MemoryProject({ ...files, [path]: source }).get(`/${path}`);

  test.each([
    ['react by itself', {}, 'react'],
    ['what tsconfig says', { 'tsconfig.json': '{"compilerOptions":{"jsxImportSource":"preact"}}' }, 'preact'],
    ['what is installed', { 'package.json': '{"dependencies":{"preact":"*"}}' }, 'preact'],
    ['react where both are', { 'package.json': '{"dependencies":{"preact":"*","react":"*"}}' }, 'react'],
  ])('comes from %s', (_, files, source) => {
    expect(code(files)).toContain(`from "${url(`${source}/jsx-dev-runtime`)}"`);
    expect(code(files, 'src/a.jsx')).toContain(`from "${url(`${source}/jsx-dev-runtime`)}"`);
  });

  test('comes from what the file itself says or imports', () => {
    expect(code({}, 'a.jsx', `/** @jsxImportSource preact */\n${jsx}`)).toContain(url('preact/jsx-dev-runtime'));
    expect(code({}, 'a.jsx', `import { render } from 'preact'\n${jsx}render(a)`)).toContain(
      url('preact/jsx-dev-runtime'),
    );
    expect(code({}, 'a.jsx', `/** @jsx h */\nimport { h } from 'preact'\n${jsx}`)).toContain('h(\'p\', null, "x")');
  });

  test('tells where each element was written', () => {
    const source = '#!/usr/bin/env node\nexport const a = (\n  <p>\n    <b>x</b>\n  </p>\n);\n';
    const made = code({}, "src/it's (1).tsx", source) ?? '';
    expect(made).toContain(`const _jsxFileName = "src/it's (1).tsx"`);
    expect(made).toContain('lineNumber: 4');
    expect(made.split('\n')).toHaveLength(source.split('\n').length);
    expect(code({}, 'a.jsx', `/** @jsxImportSource other */\n${jsx}`)).not.toContain('lineNumber');
  });

  test('is classic where the settings say so', () => {
    const classic = code({ 'tsconfig.json': '{"compilerOptions":{"jsx":"react"}}' });
    expect(classic).toContain('React.createElement');
    expect(classic).not.toContain('import');
  });
});

describe('made modules', () => {
  test('JSON has a default and names', async () => {
    const project = new MemoryProject({ 'd.json': '{"a":[1],"not-a-name":2,"default":3,"class":4}' });
    const module = await evaluate(project.get('/d.json?import'));
    expect(module).toEqual({ a: [1], default: { a: [1], 'not-a-name': 2, default: 3, class: 4 } });
    expect(project.get('/d.json')).toBe('{"a":[1],"not-a-name":2,"default":3,"class":4}');
  });

  test('?raw, ?inline and ?worker', async () => {
    const project = new MemoryProject({ 'a.txt': 'x"\n</script>', 'a.svg': '<svg/>', 'a.css': 'a{}', 'w.ts': '' });
    expect((await evaluate(project.get('/a.txt?raw'))).default).toBe('x"\n</script>');
    expect((await evaluate(project.get('/a.svg?inline'))).default).toBe(`data:image/svg+xml;base64,${btoa('<svg/>')}`);
    expect((await evaluate(project.get('/a.css?inline'))).default).toBe('a{}');
    expect(project.get('/w.ts?worker')).toContain('extends Worker');
  });

  test('import.meta.env', async () => {
    const project = new MemoryProject({ 'a.ts': 'export const env = import.meta.env, hot = import.meta.hot' });
    expect(await evaluate(project.get('/a.ts'))).toEqual({
      env: { BASE_URL: '/', MODE: 'development', DEV: true, PROD: false, SSR: false },
      hot: undefined,
    });
  });

  test('import.meta.glob', () => {
    const project = new MemoryProject({
      'src/a.ts': "export default import.meta.glob(['./pages/**/*.ts', '!**/no.ts'])\n",
      'src/b.ts': "export default import.meta.glob('/src/pages/{x,y}.ts', { eager: true, import: 'default' })\n",
      'src/c.ts': "export default import.meta.glob('./pages/*.md', { query: '?raw', import: 'default' })\n",
      'src/pages/x.ts': '',
      'src/pages/deep/y.ts': '',
      'src/pages/no.ts': '',
      'src/pages/z.md': '',
    });
    expect(project.get('/src/a.ts')).toBe(
      'export default ({"./pages/deep/y.ts":()=>import("/src/pages/deep/y.ts"),"./pages/x.ts":()=>import("/src/pages/x.ts")})\n',
    );
    expect(project.get('/src/b.ts')).toBe(
      'import * as __glob_0 from "/src/pages/x.ts";export default ({"/src/pages/x.ts":__glob_0["default"]})\n',
    );
    expect(project.get('/src/c.ts')).toContain('import("/src/pages/z.md?raw").then(m=>m["default"])');
  });
});
