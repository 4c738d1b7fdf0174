import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCarriageReturns } from '../../src/protocol/ansi.ts';
import { longRun } from '../support/long-run.ts';

describe('carriage returns', () => {
  it.each([
    ['10 %\r50 %\r100 %\ndone', '100 %\ndone'],
    ['Windows\r\nlines\r\r\n', 'Windows\nlines\n'],
    ['10 %\r', '10 %\r'],
    ['10 %\r50 %\r', '50 %\r'],
    ['\r', '\r'],
    ['a\r\rb', 'b'],
  ])('%j shows %j', (text, shown) => {
    expect(applyCarriageReturns(text)).toBe(shown);
  });

  it('leave what a pattern leaves that tries each place', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\r', '\n', 'a', 'é'), maxLength: 12 }), (text) => {
        const expected = text.replace(/\r+\n/g, '\n').replace(/[^\n]*\r(?=[^\n])/g, '');
        expect(applyCarriageReturns(text)).toBe(expected);
      }),
      longRun(2_000),
    ));

  it.each(['x', '\r', 'x\r'])('of a line of a million times %j are applied', (piece) => {
    const text = piece.repeat(1_000_000);
    expect(applyCarriageReturns(text).length).toBeLessThanOrEqual(text.length);
  });
});
