import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartialJsonStrings } from '../../src/agent/partial-json.ts';
import { longRun } from '../support/long-run.ts';

function read(pieces: string[]): { values: Map<string, string>; ended: string[]; pieces: string[] } {
  const values = new Map<string, string>();
  const ended: string[] = [];
  const seen: string[] = [];
  const strings = new PartialJsonStrings({
    piece: (key, text) => {
      values.set(key, (values.get(key) ?? '') + text);
      seen.push(text);
    },
    end: (key) => ended.push(key),
  });
  for (const piece of pieces) strings.push(piece);
  return { values, ended, pieces: seen };
}

function split(text: string, cuts: number[]): string[] {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...at, text.length].map((end, index) => text.slice(at[index - 1] ?? 0, end));
}

const anyText = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom('"', '\\', '\n', '😀', 'é')),
});
const anyValue = fc.oneof(anyText, fc.jsonValue(), fc.record({ path: anyText, file_text: anyText }));

describe('JsonStrings', () => {
  it('gives the strings of any object, however its JSON is split', () => {
    fc.assert(
      fc.property(
        fc.dictionary(anyText, anyValue, { maxKeys: 6 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        fc.boolean(),
        fc.constantFrom(undefined, 2),
        (object, cuts, ascii, space) => {
          let json = JSON.stringify(object, null, space);
          if (ascii)
            json = json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
          const { values, ended } = read(split(json, cuts));
          const expected = Object.entries(object).filter(([, value]) => typeof value === 'string');
          expect(ended).toEqual(expected.map(([key]) => key));
          for (const [key, value] of expected) expect(values.get(key) ?? '').toBe(value);
        },
      ),
      longRun(500),
    );
  });

  it('never passes on half a surrogate pair', () => {
    const json = '{"file_text":"a\\ud83d\\ude00b"}';
    for (let cut = 0; cut <= json.length; cut++) {
      for (const piece of read([json.slice(0, cut), json.slice(cut)]).pieces) expect(piece.isWellFormed()).toBe(true);
    }
  });

  it.each(['\\ud83d', '\\ude00', '\\ud83d\\ud83d', 'a\\ude00b'])('replaces half a surrogate pair: %s', (escaped) => {
    const json = `{"file_text":"${escaped}"}`;
    const { values, pieces } = read([...json]);
    expect(values.get('file_text')).toBe(JSON.parse(json).file_text.toWellFormed());
    for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
  });

  it('passes text on as it arrives', () => {
    expect(read(['{"file_text":"one', ' two', ' three"}']).pieces).toEqual(['one', ' two', ' three']);
  });

  // A quadratic reader would take minutes and exceed the test's time limit.
  it('takes time in proportion to the text, however small the pieces', () => {
    const json = JSON.stringify({ path: 'a', file_text: 'const x = "1";\n'.repeat(60_000) });
    const pieces = Array.from({ length: Math.ceil(json.length / 3) }, (_, at) => json.slice(at * 3, at * 3 + 3));
    expect(read(pieces).pieces.join('')).toBe(`a${'const x = "1";\n'.repeat(60_000)}`);
  });

  it.each<[string, string[], string[]]>([
    ['a value without text', ['{"a":"', '"}'], []],
    ['a chunk that ends in an escape', ['{"a":"one\\', 'ntwo\\u00', 'e9"}'], ['one', '\ntwo', 'é']],
    ['a chunk that ends in a key', ['{"a', 'b":"x"}'], ['x']],
    [
      'the first and the last high surrogate',
      ['{"a":"x\ud800', '\udc00\udbff', '\udfff"}'],
      ['x', '\u{10000}', '\u{10ffff}'],
    ],
    ['characters beside the surrogates', ['{"a":"\ud7ff', '\ue000', '\uff01', '"}'], ['\ud7ff', '\ue000', '\uff01']],
    ['strings of inner objects and lists', ['{"a":{"b":"x"},"c":["y",{"d":"z"}],"e":"w"}'], ['w']],
    ['a list at the root', ['["a","b",{"c":"d"}]'], []],
    ['a list at the root with a colon', ['["a":"b"]'], []],
    ['a text at the root', ['"a"'], []],
    ['values that are no strings', ['{"a":1,"b":null,"c":true,"d":"x"}'], ['x']],
  ])('passes nothing on twice, too early or from elsewhere: %s', (_what, chunks, pieces) => {
    expect(read(chunks).pieces).toEqual(pieces);
  });

  it('reads an escape that is none as what follows the backslash', () => {
    expect(read(['{"a":"\\q\\uzzzz\\"b\\\\"}']).values.get('a')).toBe('q\ufffd"b\\');
  });

  it('survives JSON that is none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', 'u', ':', ',', '[', ']', 'a') })),
        (pieces) => {
          read(pieces);
        },
      ),
      longRun(100),
    );
  });
});
