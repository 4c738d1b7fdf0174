import { expect, test } from 'vitest';
import { isParsedAgain, isTooDense } from '../../../web/conversation/markdown-plan.ts';

test.each([
  ['quotes', '>'.repeat(2_000)],
  ['quotes with blanks', '> '.repeat(2_000)],
  ['numbers', '1. '.repeat(5_000)],
  ['quotes in lists', '> - '.repeat(2_000)],
  ['lists within each other', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(2 * depth)}- a`).join('\n')],
  ['open brackets', '['.repeat(10_000)],
  ['emphasis within emphasis', '*a_'.repeat(5_000)],
  ['emphasis over many lines', 'a _b\n'.repeat(5_000)],
  ['lines of one point in a list', `- a\n${'b\n'.repeat(5_000)}`],
  ['lines of one point in a quote', `> 1. a\n${'> b\n'.repeat(5_000)}`],
  ['exclamation marks', '!'.repeat(16_000)],
  ['quotes after a block of code', `\`\`\`\ncode\n\`\`\`\n${'>'.repeat(2_000)}`],
])('%s are shown as they stand', (_, source) => {
  expect(isTooDense(source)).toBe(true);
});

test.each([
  ['an answer', 'I have **changed** `a_b`:\n\n- one\n  - two\n    - three\n\n> > > a quote of a quote'],
  ['code', `\`\`\`python\n${'a_b[c] = d_e * f\n'.repeat(2_000)}\`\`\``],
  ['code without end', `~~~\n${'>'.repeat(2_000)}`],
  ['a long table', `|a|b|\n|-|-|\n${'|a_b|*c*|\n'.repeat(2_000)}`],
  ['a long list', '- a point\n  and more of it\n'.repeat(5_000)],
  ['a list, and a long text', `- a\n\n${'b\n'.repeat(5_000)}`],
  ['a list with code', `- a\n\n  \`\`\`js\n${'  b;\n'.repeat(5_000)}  \`\`\``],
  ['many paragraphs', 'Some *words* of a_b.\n\n'.repeat(5_000)],
  ['a rule', '-'.repeat(5_000)],
])('%s is parsed', (_, source) => {
  expect(isTooDense(source)).toBe(false);
});

test('an answer of one paragraph, however many pieces it comes in, is parsed for a few times its length', () => {
  const chars = 200_000;
  let parsed = 0;
  let all = 0;
  for (let at = 5; at <= chars; at += 5) {
    if (!isParsedAgain(at, parsed)) continue;
    parsed = at;
    if (at > 4_000) all += at;
  }
  expect(all).toBeLessThan(6 * chars);
  // Nearly all of it is parsed at any time.
  expect(chars - parsed).toBeLessThanOrEqual(chars / 5);
});
