import { scopeCss } from '../../../src/preview/css-modules.ts';
import { scanTags } from '../../../src/preview/html-scan.ts';
import { parseJsonc } from '../../../src/preview/jsonc.ts';
import { MemoryProject } from '../../preview/memory-project.ts';
import { type GrowthCase, unclosed } from '../growth-case.ts';

const html = [
  '<',
  '</',
  '<a',
  '<a b',
  '<a b=',
  '<a b="',
  "<a b='",
  '<!',
  '<!--',
  '<!doctype',
  '<html',
  '<head',
  '<script',
  '<script>',
  '<script type="importmap">',
  '<script type="module">',
  '<script src=',
  '<title>',
  '<base href=',
  '<link rel=stylesheet href=',
  '&',
  '&#',
];

const css = [
  'url(',
  '@import',
  '@import "',
  '@import url(',
  '@import "x"',
  '@media',
  '/*',
  '"',
  '\\',
  ':global(',
  ':local ',
  '.',
  '#',
  '{',
  '.a{',
  '.a{composes:',
  '.a{animation:',
  '@keyframes',
  '--a:',
  'var(',
];

const json = ['/*', '//', '"', '{', '[', ',', '{"a"', '{"a":', '{/*', '["'];

const script = [
  '`',
  '`${',
  '/',
  '/*',
  '//',
  '"',
  '<a',
  '<a b=',
  '<a b={',
  '<>',
  '{',
  '(',
  '[',
  'a?',
  'a<',
  'a=>',
  'import',
  'import ',
  'import {',
  'import(',
  'import "',
  'import.meta',
  'import.meta.glob(',
  'import.meta.glob("',
  'export',
  'export {',
  'export * from',
  'class a{',
  'function a(',
  'type a=',
  'enum a{',
  '@a',
  '#!',
  '/* @jsx',
  '/*@jsxImportSource',
  '#',
  '0',
  'new URL(',
];

const served =
  (file: string, path = `/${file}`) =>
  (text: string) =>
    new MemoryProject({ 'index.html': '<script type="module" src="/a.js"></script>', 'a.js': '', [file]: text }).get(
      path,
    );

/** Texts of openings that nothing closes, in each language of project files. */
export const openingCases: readonly GrowthCase[] = [
  ...unclosed('html', html, scanTags),
  ...unclosed('page', html, served('index.html', '/')),
  ...unclosed('css module', css, (text) => scopeCss(text, 'a.css')),
  ...unclosed('style sheet', css, served('a.css')),
  ...unclosed('jsonc', json, parseJsonc),
  ...['package.json', 'tsconfig.json'].flatMap((file) => unclosed(file, json, served(file, '/a.js'))),
  ...['a.tsx', 'a.ts', 'a.js'].flatMap((file) => unclosed(file, script, served(file))),
  ...unclosed('vite.config.js', script, served('vite.config.js', '/a.js')),
];
