import { findMissingPage, missingPageText } from '../../../src/preview/missing-page.ts';
import { missingPageAt, toPreviewRequest } from '../../../src/preview/serve-project-file.ts';
import { MemoryProject } from '../../preview/memory-project.ts';
import { filled, type GrowthCase, numbered } from '../growth-case.ts';

/** Requests of one project, whose files are made anew for each run: nothing is cached. */
function serving(name: string, url: string, files: (chars: number) => Record<string, string>): GrowthCase {
  return {
    name,
    prepare(chars) {
      const project = new MemoryProject(files(chars));
      return () => project.get(url, { accept: 'text/html' });
    },
  };
}

const scriptPieces = [
  ['open comments', '/*'],
  ['comments', '/**/'],
  ['line comments', '//\n'],
  ['parentheses', '('],
  ['nested arrays', '['],
  ['blocks', '{'],
  ['elements', '<a>'],
  ['generics', 'a<'],
  ['arrow candidates', '(a,'],
  ['arrows', '(a)=>('],
  ['async arrows', 'async('],
  ['templates', '`${'],
  ['slashes', 'a=/'],
  ['types', 'let a:(b,'],
  ['nested types', 'type A<B='],
  ['conditional types', 'type A = B extends infer C ? '],
  ['optional', 'a?(b):'],
  ['ternaries', 'a?('],
  ['unary', '!'],
  ['not', '- '],
  ['plus', 'a+'],
  ['powers', 'a**'],
  ['classes', 'class A{'],
  ['abstract', 'abstract class A{'],
  ['enums', 'enum A{a=1}'],
  ['enum members', 'enum A{'],
  ['decorators', '@a '],
  ['functions', 'function a(){'],
  ['overloads', 'function a();'],
  ['strings', '"'],
  ['imports of nothing', "import './gone';"],
  ['dynamic imports', "import('./a.js');"],
  ['dynamic imports of nothing', "import('./gone');"],
  ['import without end', 'import '],
  ['import of names', 'import {a} from "b";'],
  ['exports', 'export {a};'],
  ['meta', 'import.meta.env;'],
  ['globs', "import.meta.glob('./*');"],
  ['globs of many', "import.meta.glob(['./*','./*/*','**/*']);"],
  ['globs without end', "import.meta.glob('"],
  ['jsx attributes', '<a b={<a b={'],
  ['jsx text', '<a>&amp;</a>;'],
  ['jsx entities', '<a>{"'],
  ['labels', 'a:'],
  ['words', 'a '],
  ['white space', ' '],
  ['lines', '\n'],
  ['carriage returns', '\r'],
  ['pragmas', '/*@jsx'],
] as const;

export const moduleCases: readonly GrowthCase[] = [
  {
    name: 'page: none, and what there is instead',
    prepare(chars) {
      const scripts = Array.from({ length: chars / 100 }, (_, i) => [`src/a${i}.js`, 'x']);
      const pages = Array.from({ length: chars / 100 }, (_, i) => [`b${i}.html`, 'a0.js'.repeat(9)]);
      const project = new MemoryProject({
        ...Object.fromEntries([...scripts, ...pages]),
        'package.json': `{"scripts":{"dev":"${filled(' vit', chars)}"}}`,
      });
      return () => [
        project.get('/', { accept: 'text/html' }),
        missingPageAt(`/${filled('a/', chars)}`, project),
        missingPageText(findMissingPage(project)),
      ];
    },
  },
  serving('script: too large to be transformed', '/a.tsx', (n) => ({ 'a.tsx': filled('a', Math.max(n, 2_100_000)) })),
  serving('page: none', '/', (n) =>
    Object.fromEntries(Array.from({ length: n / 100 }, (_, i) => [`src/a${i}.js`, 'x'])),
  ),
  {
    name: 'request: a long path, for a script',
    prepare(chars) {
      const project = new MemoryProject({ 'a.css': '' });
      const { path, search } = toPreviewRequest(new Request(`http://a/${filled('a/', chars)}?${filled('b&', chars)}`));
      const headers = { 'sec-fetch-dest': 'script' };
      return () => [
        project.serve({ path, search, headers }),
        project.serve({ path: '/a.css', headers }),
        toPreviewRequest(new Request('http://a/')),
      ];
    },
  },
  ...(['a.tsx'] as const).flatMap((file) =>
    scriptPieces.map(([what, piece]) => serving(`${file}: ${what}`, `/${file}`, (n) => ({ [file]: filled(piece, n) }))),
  ),
  serving('script: a jsx element of many attributes', '/a.tsx', (n) => ({ 'a.tsx': `x=<a ${filled('b={1} ', n)}/>` })),
  serving('script: many jsx elements', '/a.tsx', (n) => ({
    'a.tsx': `import React from 'react';x=<>${filled('<a>b</a>\n', n)}</>`,
  })),
  serving('script: a long jsx text', '/a.tsx', (n) => ({ 'a.tsx': `x=<a>${filled('a \n', n)}</a>` })),
  serving('script: many declared names', '/a.ts', (n) => ({ 'a.ts': numbered((i) => `let a${i}=1;`, n) })),
  serving('script: many imported names', '/a.ts', (n) => ({
    'a.ts': numbered((i) => `import {a${i}} from './b';a${i};`, n),
    'b.ts': '',
  })),
  serving('script: many unused imported names', '/a.ts', (n) => ({
    'a.ts': numbered((i) => `import {a${i}} from './b';`, n),
    'b.ts': '',
  })),
  serving('script: one import of many names', '/a.ts', (n) => ({
    'a.ts': `import {${numbered((i) => `a${i},`, n)}} from './b'`,
    'b.ts': '',
  })),
  serving('script: an enum of many members', '/a.ts', (n) => ({ 'a.ts': `enum A{${numbered((i) => `a${i},`, n)}}` })),
  serving('script: a class of many fields', '/a.ts', (n) => ({ 'a.ts': `class A{${numbered((i) => `a${i}=1;`, n)}}` })),
  serving('script: a problem at the end', '/a.ts', (n) => ({ 'a.ts': `${filled('a;\n', n)}(` })),
  serving('script: many missing imports far down', '/a.ts', (n) => ({ 'a.ts': filled("import './gone';\n", n) })),
  serving('script: many imports of one', '/a.ts', (n) => ({ 'a.ts': filled("import './b';", n), 'b.ts': '' })),
  serving('script: many imports of missing packages', '/a.ts', (n) => ({ 'a.ts': filled("import('react/x');", n) })),
  serving('script: many imports of missing files among many', '/a.ts', (n) => ({
    'a.ts': filled("import('./gone');", n),
    ...Object.fromEntries(Array.from({ length: n / 500 }, (_, i) => [`b${i}.ts`, ''])),
  })),
  serving('script: many aliases and many imports', '/a.ts', (n) => ({
    'a.ts': filled("import('gone');", n / 2),
    'tsconfig.json': `{"compilerOptions":{"paths":{${numbered((i) => `"g${'o'.repeat(i % 9)}${i}*":["./x/*"],`, n / 2)}}}}`,
  })),
  serving('script: aliases that all fit, and many imports', '/a.ts', (n) => ({
    'a.ts': filled("import('gone');", n / 2),
    'tsconfig.json': `{"compilerOptions":{"paths":{${numbered((i) => `"${'gone'.slice(0, i % 5)}*":["./${i}/*"],`, n / 2)}}}}`,
  })),
  serving('script: an author’s large import map and many imports', '/a.ts', (n) => ({
    'a.ts': filled("import('gone');", n / 2),
    'index.html': `<script type="importmap">{"imports":{${numbered((i) => `"g${i}/":"/x/",`, n / 2)}}}</script>`,
  })),
  serving('script: many glob calls and many files', '/a.ts', (n) => ({
    'a.ts': filled("import.meta.glob('./*/*/*.x');", n / 2),
    ...Object.fromEntries(Array.from({ length: n / 200 }, (_, i) => [`b/c/${i}.ts`, ''])),
  })),
  serving('script: a glob of many patterns and many files', '/a.ts', (n) => ({
    'a.ts': filled(`import.meta.glob([${"'./*/*/*.x',".repeat(300)}]);`, n / 2),
    ...Object.fromEntries(Array.from({ length: n / 200 }, (_, i) => [`b/c/${i}.ts`, ''])),
  })),
  serving('script: globs that take all files', '/a.ts', (n) => ({
    'a.ts': filled("import.meta.glob('./**');", n / 2),
    ...Object.fromEntries(Array.from({ length: n / 200 }, (_, i) => [`b/c/${i}.ts`, ''])),
  })),
  serving('script: eager globs that take all files', '/a.ts', (n) => ({
    'a.ts': filled("import.meta.glob('./**',{eager:true});", n / 2),
    ...Object.fromEntries(Array.from({ length: n / 200 }, (_, i) => [`b/c/${i}.ts`, ''])),
  })),
  serving('page: modules that import all others', '/', (n) => {
    const count = Math.round(Math.sqrt(n / 15));
    const all = Array.from({ length: count }, (_, i) => `import './m${i}';`).join('');
    return {
      'index.html': '<script type="module" src="/m0.js"></script>',
      ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}.js`, all])),
    };
  }),
  serving('page: a long cycle of modules', '/', (n) => {
    const count = Math.round(n / 100);
    return {
      'index.html': '<script type="module" src="/m0.js"></script>',
      ...Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`m${i}.js`, `import './m${(i + 1) % count}'; ${'x;'.repeat(35)}`]),
      ),
    };
  }),
  serving('page: dynamic imports of modules with graphs of their own', '/', (n) => {
    const count = Math.round(n / 100);
    return {
      'index.html': '<script type="module" src="/m0.js"></script>',
      'm0.js': Array.from({ length: count }, (_, i) => `import('./m${i}.js');`).join(''),
      ...Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `m${i + 1}.js`,
          `import './m${(i + 2) % count}.js'; ${'x;'.repeat(35)}`,
        ]),
      ),
    };
  }),
  serving('page: many scripts', '/', (n) => ({
    'index.html': numbered((i) => `<script type="module" src="/m${i}.js"></script>`, n),
    ...Object.fromEntries(Array.from({ length: n / 45 }, (_, i) => [`m${i}.js`, ''])),
  })),
  serving('page: one script many times', '/', (n) => ({
    'index.html': filled('<script type="module" src="/m.js"></script>', n),
    'm.js': '',
  })),
  serving('page: many missing scripts', '/', (n) => ({
    'index.html': filled('<script type="module" src="/gone.js"></script>', n),
  })),
  serving('page: many inline modules', '/', (n) => ({
    'index.html': filled('<script type="module">import "./m.js"</script>', n),
    'm.js': '',
  })),
  serving('page: a large inline module', '/', (n) => ({
    'index.html': `<script type="module">${filled('import "./m.js";', n)}</script>`,
    'm.js': '',
  })),
  serving('page: one style sheet many times', '/', (n) => ({
    'index.html': filled('<link rel=stylesheet href=a.css>', n / 2),
    'a.css': filled('a{}', n / 2),
  })),
  serving('page: comments before no doctype', '/', (n) => ({ 'index.html': filled('<!-- -->', n) })),
  serving('page: white space before no doctype', '/', (n) => ({ 'index.html': filled(' \n', n) })),
  serving('page: a doctype without end', '/', (n) => ({ 'index.html': filled('<!doctype ', n) })),
  serving('page: an import map of many lines', '/', (n) => ({
    'index.html': `<head><script type="importmap">{${filled('\n', n)}}</script>`,
  })),
  serving('page: a large import map', '/', (n) => ({
    'index.html': `<script type="importmap">{"imports":{${numbered((i) => `"g${i}/":"/x/",`, n)}}}</script>`,
  })),
  serving('page: many bases', '/', (n) => ({
    'index.html': filled('<base href="/a/"><script src="b.js"></script>', n),
  })),
  serving('config: a chain of parents', '/a.ts', (n) => ({
    'a.ts': '',
    'tsconfig.json': `{"extends":[${filled('"./tsconfig.json",', n)}]}`,
  })),
  serving('config: a Vite configuration that nearly has an alias', '/a.ts', (n) => ({
    'a.ts': '',
    'vite.config.js': filled("'@': ", n),
  })),
  serving('config: quotes in a Vite configuration', '/a.ts', (n) => ({
    'a.ts': '',
    'vite.config.js': filled(`'@':"`, n),
  })),
  serving('config: a package of many dependencies', '/a.ts', (n) => ({
    'a.ts': '',
    'package.json': `{"dependencies":{${numbered((i) => `"a${i}":"1",`, n)}}}`,
  })),
  serving('config: a path of many stars', '/a.ts', (n) => ({
    'a.ts': 'import "x"',
    'tsconfig.json': `{"compilerOptions":{"paths":{"${filled('*', n / 2)}":["${filled('*', n / 2)}"]}}}`,
  })),
  serving('config: a base of many folders', '/a.ts', (n) => ({
    'a.ts': filled('import("x");', n / 2),
    'tsconfig.json': `{"compilerOptions":{"baseUrl":"${filled('a/', n / 2)}"}}`,
  })),
  serving('config: an alias to many folders', '/a.ts', (n) => ({
    'a.ts': filled('import("x/a");', n / 2),
    'tsconfig.json': `{"compilerOptions":{"paths":{"x/*":["${filled('a/', n / 2)}*"]}}}`,
  })),
  serving('css: sheets that import each other', '/a0.css', (n) => {
    const count = Math.round(Math.sqrt(n / 18));
    const all = Array.from({ length: count }, (_, i) => `@import "a${i}.css";`).join('');
    return Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}.css`, all]));
  }),
  serving('css: a large sheet that is imported often', '/a.css', (n) => ({
    'a.css': filled('@import "b.css";', n / 2),
    'b.css': filled('a{}', n / 2),
  })),
  serving('css: a chain of imports with conditions', '/a0.css', (n) =>
    Object.fromEntries(
      Array.from({ length: n / 100 }, (_, i) => [
        `a${i}.css`,
        `@import "a${i + 1}.css" layer(a) supports(a:b) screen; ${'a{}'.repeat(15)}`,
      ]),
    ),
  ),
  serving('css: external imports', '/a.css', (n) => ({ 'a.css': filled('@import "https://a.b";', n) })),
  serving('css: missing imports among many files', '/a.css', (n) => ({
    'a.css': filled('@import "gone.css";', n / 2),
    ...Object.fromEntries(Array.from({ length: n / 200 }, (_, i) => [`b${i}.css`, ''])),
  })),
  serving('css: a module that composes from many files', '/a.module.css?import', (n) => ({
    'a.module.css': numbered((i) => `.a${i}{composes:a from "./b${i}.module.css"}`, n),
    ...Object.fromEntries(Array.from({ length: n / 40 }, (_, i) => [`b${i}.module.css`, ''])),
  })),
  serving('css: a module that composes from nowhere', '/a.module.css?import', (n) => ({
    'a.module.css': numbered((i) => `.a${i}{composes:a from "./b${i}.module.css"}`, n),
  })),
  serving('css: a sheet of many letters that is a module', '/a.css?import', (n) => ({ 'a.css': filled('a', n) })),
  serving('json: nested arrays', '/a.json?import', (n) => ({ 'a.json': '['.repeat(n / 2) + ']'.repeat(n / 2) })),
  serving('json: many members', '/a.json?import', (n) => ({
    'a.json': `{${numbered((i) => `"a${i}":1,`, n)}"json":1}`,
  })),
  serving('json: members with the names of the whole', '/a.json?import', (n) => {
    const count = Math.round(Math.sqrt(2 * n));
    return { 'a.json': `{${Array.from({ length: count }, (_, i) => `"json${'_'.repeat(i)}":1`).join()}}` };
  }),
  serving('json: what is no JSON', '/a.json?import', (n) => ({ 'a.json': filled('{"a":', n) })),
  serving('file: as text', '/a.txt?raw', (n) => ({ 'a.txt': filled('"\n', n) })),
  serving('file: inline', '/a.bin?inline', (n) => ({ 'a.bin': filled('\u0001', n) })),
  serving('file: a worker', '/a.js?worker', (n) => ({ 'a.js': filled('x;', n) })),
];
