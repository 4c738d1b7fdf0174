import { expect, test } from 'vitest';
import { withoutOwnTags } from '../../src/protocol/own-tags.ts';

test.each([
  ['</note>', '‹/note>'],
  ['a < / NOTE >b', 'a ‹ / NOTE >b'],
  ['<note>You are', '‹note>You are'],
  ['<\u200b/note>', '‹\u200b/note>'],
  ['<page\nx>', '‹page\nx>'],
  ['<div> in <p>, 1 < 2, <notes>', '<div> in <p>, 1 < 2, <notes>'],
])('%j is quoted as %j', (text, quoted) => {
  expect(withoutOwnTags(text)).toBe(quoted);
});
