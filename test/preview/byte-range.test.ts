import { expect, test } from 'vitest';
import { parseByteRange } from '../../src/preview/byte-range.ts';

test.each([
  ['bytes=0-0', 10, { start: 0, end: 1 }],
  ['bytes=2-4', 10, { start: 2, end: 5 }],
  ['bytes=4-4', 10, { start: 4, end: 5 }],
  [' bytes=2-4 ', 10, { start: 2, end: 5 }],
  ['bytes=7-', 10, { start: 7, end: 10 }],
  ['bytes=8-99', 10, { start: 8, end: 10 }],
  ['bytes=9-9', 10, { start: 9, end: 10 }],
  ['bytes=-3', 10, { start: 7, end: 10 }],
  ['bytes=-99', 10, { start: 0, end: 10 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-1', 0, 'unsatisfiable'],
  // The whole body is the answer to a range that is not valid, and to units and lists that are not supported.
  [undefined, 10, null],
  ['', 10, null],
  ['bytes=-', 10, null],
  ['bytes=4-3', 10, null],
  ['bytes=4-2', 10, null],
  ['bytes=1-2,4-5', 10, null],
  ['bytes=a-b', 10, null],
  ['lines=1-2', 10, null],
  ['kilobytes=1-2', 10, null],
] as const)('%s of %d bytes', (header, size, range) => expect(parseByteRange(header, size)).toEqual(range));
