import { expect, it } from 'vitest';
import { isToolUseId, newToolUseId, validToolName } from '../../src/claude/tool-identity.ts';

it.each<[unknown, boolean]>([
  ['toolu_01-aZ', true],
  ['', false],
  ['a b', false],
  ['a\n', false],
  ['ä', false],
  [7, false],
  [null, false],
  [['a'], false],
])('the API takes back the id %j: %j', (id, isTaken) => {
  expect(isToolUseId(id)).toBe(isTaken);
});

it.each<[unknown, string]>([
  ['read_file', 'read_file'],
  ['n'.repeat(128), 'n'.repeat(128)],
  ['n'.repeat(129), `unknown_tool_${'n'.repeat(60)}`],
  ['read file.v2', 'unknown_tool_read_file_v2'],
  ['Zeig-9 ä', 'unknown_tool_Zeig-9__'],
  ['', 'unknown_tool_without_name'],
  [null, 'unknown_tool_without_name'],
  [['read_file'], 'unknown_tool_without_name'],
])('the API takes back the name %j as %s', (name, kept) => {
  expect(validToolName(name)).toBe(kept);
});

it('gives a new id each time, one that the API takes back', () => {
  const ids = [newToolUseId(), newToolUseId()];
  expect(ids[0]).toMatch(/^toolu_[0-9a-f]{32}$/);
  expect(isToolUseId(ids[0])).toBe(true);
  expect(ids[0]).not.toBe(ids[1]);
});
