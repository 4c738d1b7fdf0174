import { expect, test } from 'vitest';
import { trailingNotes } from '../../../web/conversation/trailing-notes.ts';

test.each([
  ['', ''],
  ['ok\n[exit code 0, 0.1 s]', '[exit code 0, 0.1 s]'],
  ['ok\n[exit code 0, 0.1 s]\n[Changed in the project: a.ts]', '[exit code 0, 0.1 s]\n[Changed in the project: a.ts]'],
  ['[exit code 0, 0.1 s]\n', '[exit code 0, 0.1 s]\n'],
  ['[exit code 0, 0.1 s]', '[exit code 0, 0.1 s]'],
  ['ok [exit code 0, 0.1 s]', ''],
  ['[a]\nok', ''],
  ['[a]\n\n[b]', '[b]'],
  ['[a]\n\n', ''],
  ['[\n[b]', '[b]'],
])('of %j they are %j', (detail, notes) => {
  expect(trailingNotes(detail)).toBe(notes);
});

test('brackets and a letter are no notes, and are read once', () => {
  expect(trailingNotes(`\n${'[]'.repeat(24_000)}x`)).toBe('');
});
