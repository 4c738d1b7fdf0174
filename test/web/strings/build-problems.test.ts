import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { BuildProblem } from '../../../src/preview/build-problem.ts';
import { FrameProblem } from '../../../src/protocol/bridge-messages.ts';
import { previewWords as de } from '../../../web/strings/de/preview.ts';
import { previewWords as en } from '../../../web/strings/en/preview.ts';
import { previewWords as fr } from '../../../web/strings/fr/preview.ts';
import { MemoryProject } from '../../preview/memory-project.ts';
import { englishWords } from '../languages/no-english.ts';

/** The problems that a project's own build reports for a URL, as they come over the bridge. */
function problemsOf(files: Record<string, string>, url: string): FrameProblem[] {
  const served = new MemoryProject(files).get(url, {
    accept: 'text/html',
    'sec-fetch-dest': url === '/' ? 'document' : 'script',
  });
  const lists = served.matchAll(/new CustomEvent\('redraw:build',\{detail:(\[.*?\])\}\)\)/gs);
  const problems = [...lists].flatMap(([, list = '[]']) => JSON.parse(list) as BuildProblem[]);
  return problems.map(({ message, file, fault }) =>
    v.parse(FrameProblem, { kind: 'build', message, spot: { file }, fault }),
  );
}

const module = (code: string): [Record<string, string>, string] => [{ 'x.js': code, 'Y.js': 'export {}' }, '/x.js'];

const cases: [name: string, files: Record<string, string>, url: string][] = [
  ['a file that is not there', ...module("import './z.js'")],
  ['a file of another case', ...module("import './y.js'")],
  ['a file outside', ...module("import '../../z.js'")],
  ['a package that is not there', ...module("import 'left-pad-xyz'")],
  ['a package of servers', ...module("import 'node:fs'")],
  ['a part of a package that is not there', ...module("import 'react/xyz'")],
  ['a Vue component', { 'x.js': "import './X.vue'", 'X.vue': '<p>' }, '/x.js'],
  ['Sass', { 'x.js': "import './x.scss'", 'x.scss': 'a{}' }, '/x.js'],
  ['a CommonJS module', { 'x.js': "import './y.cjs'", 'y.cjs': '' }, '/x.js'],
  ['what is no module', { 'x.js': "f()\nimport x from '\\u{zz}'" }, '/x.js'],
  ['a style sheet of what is none', { 'x.css': "@import './x.js';", 'x.js': '' }, '/x.css?import'],
  [
    'a style sheet that needs a script',
    { 'index.html': '<head></head><link rel=stylesheet href=/x.css>', 'x.css': '@import "tailwindcss";' },
    '/',
  ],
  ['a syntax error', { 'x.ts': 'let x = (' }, '/x.ts'],
  ['JSON that is none', { 'x.json': '{' }, '/x.json?import'],
  ['a style sheet that imports none', { 'x.css': "@import './z.css';" }, '/x.css?import'],
  [
    'a class that composes of none',
    { 'x.module.css': '.a{composes: b from "./z.module.css"}' },
    '/x.module.css?import',
  ],
  [
    'a page with a script that is not there',
    { 'index.html': '<head></head><script type="module" src="/z.js"></script>' },
    '/',
  ],
];

it.each(cases)('%s is told in each language', (_, files, url) => {
  const problems = problemsOf(files, url);
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) {
    expect(en.sheet.buildProblem(problem)).toBe(problem.message);
    for (const words of [de, fr]) {
      const told = words.sheet.buildProblem(problem);
      expect(told).not.toBe(problem.message);
      // What the compiler says of code comes from the compiler.
      expect(told.replace(/: .*$/s, ''), problem.message).not.toMatch(englishWords);
      expect(told).not.toMatch(/undefined/);
    }
  }
});

it('a problem that is none of the preview’s build stays as it is', () => {
  const problem: FrameProblem = { kind: 'exception', message: 'x is not defined', spot: { file: 'x.js' } };
  for (const words of [en, de, fr]) expect(words.sheet.buildProblem(problem)).toBe(problem.message);
});
