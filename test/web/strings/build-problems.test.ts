import { expect, it } from 'vitest';
import { previewWords as de } from '../../../web/strings/de/preview.ts';
import { previewWords as en } from '../../../web/strings/en/preview.ts';
import { previewWords as fr } from '../../../web/strings/fr/preview.ts';
import { MemoryProject } from '../../preview/memory-project.ts';
import { englishWords } from '../languages/no-english.ts';

/** The messages of the problems that a project's own build reports for a URL. */
function messagesOf(files: Record<string, string>, url: string): string[] {
  const served = new MemoryProject(files).get(url, {
    accept: 'text/html',
    'sec-fetch-dest': url === '/' ? 'document' : 'script',
  });
  const lists = served.matchAll(/new CustomEvent\('redraw:build',\{detail:(\[.*?\])\}\)\)/gs);
  return [...lists].flatMap(([, list = '[]']) => (JSON.parse(list) as { message: string }[]).map((one) => one.message));
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
  const messages = messagesOf(files, url);
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages) {
    expect(en.sheet.buildProblem(message)).toBe(message);
    for (const words of [de, fr]) {
      const told = words.sheet.buildProblem(message);
      expect(told).not.toBe(message);
      // What the compiler says of code comes from the compiler.
      expect(told.replace(/: .*$/s, ''), message).not.toMatch(englishWords);
      expect(told).not.toMatch(/\$\d|undefined/);
    }
  }
});

it('a sentence that is none of the preview’s stays as it is', () => {
  for (const message of ['x is not defined', 'a imports b', "x imports 'y', but soon"])
    expect(de.sheet.buildProblem(message)).toBe(message);
});
