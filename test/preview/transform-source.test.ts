import { describe, expect, test } from 'vitest';
import { shelf } from '../../src/preview/library-shelf.ts';
import { type TransformedSource, transformSource } from '../../src/preview/transform-source.ts';
import { moduleContext, tsconfig } from './module-context.ts';

function transform(source: string, path = 'a.jsx', files: Record<string, string> = {}): TransformedSource | null {
  const { files: snapshot, config, cache } = moduleContext({ ...files, [path]: source });
  return transformSource(path, snapshot, config, cache);
}

/** The library whose runtime makes the elements of a file. */
function runtimeOf(source: string): string | undefined {
  return /from "([\w-]+)\/jsx-dev-runtime"/.exec(transform(`${source}\nexport const a = <p/>\n`)?.code ?? '')?.[1];
}

test('a file that is not there is null', () => {
  const { files, config, cache } = moduleContext({});
  expect(transformSource('gone.ts', files, config, cache)).toBeNull();
});

test('a module takes more of the cache the longer it is and the more it imports', () => {
  const size = (source: string) => {
    const { files, config } = moduleContext({ 'a.js': source });
    let bytes = 0;
    transformSource('a.js', files, config, {
      get: (_, make) => {
        const made = make();
        bytes = made.bytes;
        return made.value;
      },
    });
    return bytes;
  };
  const statement = 'import "react";';
  const text = ';'.repeat(statement.length);
  expect(size('')).toBeGreaterThan(0);
  expect(size('f(1);'.repeat(1000))).toBeGreaterThanOrEqual(size('') + 2 * 5000);
  expect(size(statement.repeat(100))).toBeGreaterThanOrEqual(size(text.repeat(100)) + 100 * 100);
});

test.each([
  ['export default 1', true],
  ['export const a = 1; export default a', true],
  ["export { default, a } from './b'", true],
  ["export * as default from './b'", true],
  ["export * from './b'", false],
  ['export const a = 1', false],
  ['f(1)', false],
])('%s has a default export: %s', (source, hasDefault) => {
  expect(transform(source)?.hasDefault).toBe(hasDefault);
});

describe('what browsers know themselves', () => {
  test('is left as it is', () => {
    const source = 'class A { #x = 1; static y = a?.b ?? 2; static { f() } }\n';
    expect(transform(source, 'a.ts')?.code).toBe(source);
  });

  test.each(['a.ts', 'a.mts'])('and TypeScript without JSX are told apart in %s', (path) => {
    expect(transform('const f = <T>(x: T) => <any>x;', path)?.code).toBe('const f = (x) => x;');
    expect(transform('const f = <T,>(x: T) => <p>{x}</p>', 'a.tsx')?.code).toContain("_jsxDEV('p'");
  });
});

describe('a file that cannot be parsed', () => {
  const far = `${'\n'.repeat(11)}${' '.repeat(12)}`;

  test.each([
    ['let = ;', { fault: { code: 'syntax', what: 'unexpected token' }, line: 1, column: 5 }],
    [`${far}let = ;`, { fault: { code: 'syntax', what: 'unexpected token' }, line: 12, column: 17 }],
    ['f(1', { fault: { code: 'syntax', what: 'unexpected token, expected ","' }, line: 1, column: 4 }],
    [
      '<a b=c/>',
      {
        fault: { code: 'syntax', what: 'JSX value should be either an expression or a quoted JSX text' },
        line: 1,
        column: 6,
      },
    ],
    ["f()\nimport x from '\\u{zz}'", { fault: { code: 'not_module' }, line: 2 }],
  ])('%j says why and where', (source, problem) => {
    expect(transform(source)).toEqual({ code: '', imports: [], hasDefault: false, problem });
  });
});

describe('JSX', () => {
  test.each([
    ["import { h } from 'preact'", 'preact'],
    ['import { h } from"preact"', 'preact'],
    ["import { useState } from 'preact/hooks'", 'preact'],
    ["import { h } from 'preact'; import { useState } from 'react'", 'react'],
    ["import { h } from 'preact'; import { useState } from'react'", 'react'],
    ['import { h } from \'preact\'; import { useState } from\n  "react"', 'react'],
    ["import { h } from 'preact'; import { x } from 'react-x'", 'preact'],
    ["import { h } from 'preact'; import { x } from './react'", 'preact'],
    ["import { h } from 'preactor'", 'react'],
    ["import { h } from './preact'", 'react'],
    ["import { h } from 'preact/hooks/x'", 'react'],
  ])('of a file with %s comes from %s', (source, library) => {
    expect(shelf.modules).toHaveProperty(library);
    expect(runtimeOf(source)).toBe(library);
  });

  test.each([
    '/** @jsxImportSource preact */',
    '// @jsxImportSource preact',
    '#!/usr/bin/env node\n// first\n\n/* second\n * third\n */\n// @jsxImportSource preact',
  ])('comes from what the comments at the top say: %j', (head) => {
    expect(runtimeOf(head)).toBe('preact');
  });

  test.each(['f(1)\n/** @jsxImportSource preact */', '"use client" // @jsxImportSource preact'])(
    'comes not from what later comments say: %j',
    (head) => {
      expect(runtimeOf(head)).toBe('react');
    },
  );

  test('is classic where a comment at the top or the settings say so, with their names', () => {
    const element = 'export const a = <><p/></>\n';
    const own = transform(`// @jsx h\n// @jsxFrag Fragment\n${element}`)?.code;
    expect(own).toContain("export const a = h(Fragment, null, h('p', null))");
    const settings = tsconfig({ jsx: 'react', jsxFactory: 'make', jsxFragmentFactory: 'Parts' });
    expect(transform(element, 'a.jsx', settings)?.code).toBe("export const a = make(Parts, null, make('p', null))\n");
    expect(transform(`// @jsxRuntime automatic\n${element}`, 'a.jsx', settings)?.code).toContain('_jsxDEV');
  });
});
