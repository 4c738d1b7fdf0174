import { expect, it } from 'vitest';
import { ToolUseIds } from '../../src/agent/tool-use-ids.ts';

it('a call keeps its id, and gives it to one result', () => {
  const ids = new ToolUseIds();
  expect(ids.call('toolu_1')).toBe('toolu_1');
  expect(ids.answer('toolu_1')).toBe('toolu_1');
  expect(ids.answer('toolu_1')).toBeNull();
  expect(ids.answer('toolu_2')).toBeNull();
  expect(ids.close()).toEqual([]);
});

it('calls of one id get ids that no call has, and are answered in order', () => {
  const ids = new ToolUseIds();
  const given = ['toolu_replaced_1', 'a', 'a', 'a b', 'a'].map((id) => ids.call(id));
  expect(given).toEqual(['toolu_replaced_1', 'a', 'toolu_replaced_2', 'toolu_replaced_3', 'toolu_replaced_4']);
  expect(ids.answer('a')).toBe('a');
  expect(ids.answer('a')).toBe('toolu_replaced_2');
  expect(ids.answer('a b')).toBe('toolu_replaced_3');
  expect(ids.answer('toolu_replaced_2')).toBeNull();
  expect(ids.close()).toEqual(['toolu_replaced_1', 'toolu_replaced_4']);
});

it('a closed call gets no result, and keeps its id to itself', () => {
  const ids = new ToolUseIds();
  ids.call('a');
  expect(ids.close()).toEqual(['a']);
  expect(ids.answer('a')).toBeNull();
  expect(ids.close()).toEqual([]);
  expect(ids.call('a')).toBe('toolu_replaced_1');
  expect(ids.answer('a')).toBe('toolu_replaced_1');
});
