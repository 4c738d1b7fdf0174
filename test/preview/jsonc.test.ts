import { describe, expect, test } from 'vitest';
import { memberAt, objectEntries, parseJsonc } from '../../src/preview/jsonc.ts';

describe('parseJsonc', () => {
  test.each([
    ['\uFEFF{"a":1}', { a: 1 }],
    ['{"a":"\uFEFF"}', { a: '\uFEFF' }],
    ['{ // a comment, with "quotes"\n"a": 1 }', { a: 1 }],
    ['{ /* one\n of two * lines, / */ "a": 1 /**/ }', { a: 1 }],
    ['{"a":/*1*/2}', { a: 2 }],
    ['{"a":[1,2,],}', { a: [1, 2] }],
    ['{"a":[1 , \n\t ] ,\n}', { a: [1] }],
    ['{"a":[1, // last\n]}', { a: [1] }],
  ])('%j has comments and commas that JSON has not', (text, value) => expect(parseJsonc(text)).toEqual(value));

  test.each(['// no comment', '/* no comment */', 'a,}', 'a, ]', '\\",}', '\\\\', 'https://x.example/*'])(
    'the string %j stays as it is',
    (text) => expect(parseJsonc(JSON.stringify({ a: text, b: [text] }))).toEqual({ a: text, b: [text] }),
  );

  test.each(['', '{', '{"a":1,,}', '1/**/2', '["over /*\n*/ lines"]', '["open]', '\uFEFF\uFEFF1'])(
    '%j is not valid',
    (text) => expect(parseJsonc(text)).toBeUndefined(),
  );
});

test('memberAt finds what a file has at a path, and nothing that every object has', () => {
  const value = { a: { b: [null, { c: 0 }] }, n: null };
  expect(memberAt(value)).toBe(value);
  expect(memberAt(value, 'a', 'b', '1', 'c')).toBe(0);
  for (const path of [['x'], ['n', 'a'], ['a', 'b', '0', 'c'], ['a', 'constructor'], ['a', 'b', '1', 'c', 'toFixed']])
    expect(memberAt(value, ...path)).toBeUndefined();
  expect(memberAt(undefined, 'a')).toBeUndefined();
  expect(memberAt('text', 'length')).toBeUndefined();
});

test('objectEntries are those of an object, and of nothing else', () => {
  expect(objectEntries({ a: 1, b: null })).toEqual([
    ['a', 1],
    ['b', null],
  ]);
  for (const value of [null, undefined, ['a'], 'text', 1]) expect(objectEntries(value)).toEqual([]);
});
