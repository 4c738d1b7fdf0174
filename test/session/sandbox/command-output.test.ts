import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandOutput } from '../../../src/session/sandbox/command-output.ts';
import { longRun } from '../../support/long-run.ts';

/** What a command of this output, in chunks of these sizes (bytes), gives to Claude and to the page. */
function outputOf(printed: string, sizes: number[]): { text: string; live: string[] } {
  const bytes = new TextEncoder().encode(printed);
  const live: string[] = [];
  const output = new CommandOutput((delta) => live.push(delta));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    output.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { text: output.end(), live };
}

describe('the output of a command', () => {
  it('is whole where it is short, however its bytes arrive', () => {
    const printed = 'Grüße 🦊 漢字';
    for (let size = 1; size < 10; size++) {
      const { text, live } = outputOf(printed, [size]);
      expect([text, live.join('')]).toEqual([printed, printed]);
    }
  });

  it.each([0, 1])('is cut between characters where it is long: %d letters, then emoji', (letters) => {
    const printed = 'x'.repeat(letters) + '🦊'.repeat(40_000);
    const { text, live } = outputOf(printed, [1000, 7]);
    expect(text).toMatch(/^x?(?:🦊)+\n… \d+ characters are left out here …\n(?:🦊)+$/u);
    const [, left] = /… (\d+) characters/.exec(text) ?? [];
    expect(text.replace(/\n… .* …\n/, '').length + Number(left)).toBe(printed.length);
    expect(live.filter((delta) => !delta.isWellFormed())).toEqual([]);
    const page = live.join('');
    const [, unseen] = /… (\d+) characters/.exec(page) ?? [];
    expect(page.replace(/\n… .* …\n/, '').length + Number(unseen)).toBe(printed.length);
  });

  it('is well-formed and bounded, whatever is printed', () => {
    const anyPrinted = fc
      .tuple(fc.array(fc.constantFrom('🦊', 'é', 'a', '漢', '\n'), { minLength: 1, maxLength: 5 }), fc.nat(30_000))
      .map(([parts, times]) => parts.join('').repeat(times));
    fc.assert(
      fc.property(anyPrinted, fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1 }), (printed, sizes) => {
        const { text, live } = outputOf(printed, sizes);
        expect([text, ...live].filter((part) => !part.isWellFormed())).toEqual([]);
        expect(text.length).toBeLessThan(24_100);
        expect(live.join('').length).toBeLessThan(64_100);
      }),
      longRun(100),
    );
  });
});
