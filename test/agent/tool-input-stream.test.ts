import { expect, it } from 'vitest';
import { ToolInputStream } from '../../src/agent/tool-input-stream.ts';
import type { Draft } from '../../src/protocol/events.ts';

const editor = 'str_replace_based_edit_tool';

/** What a visitor is sent while this input arrives in these pieces: each event in short, after how many pieces it came. */
function told(name: string, pieces: string[], input: unknown = {}): [number, string][] {
  const seen: [number, string][] = [];
  let arrived = 0;
  const call = { turn: 't', step: 2, id: 'toolu_1' };
  const emit = (draft: Draft) => {
    expect(draft.data).toMatchObject(call);
    if (draft.type === 'tool') {
      expect(draft.data).toMatchObject({ name, state: 'started' });
      seen.push([arrived, draft.data.title]);
    }
    if (draft.type === 'file_delta') seen.push([arrived, `${draft.data.path} + ${draft.data.delta}`]);
  };
  const stream = new ToolInputStream(emit, call, name);
  for (const piece of pieces) {
    arrived++;
    stream.push(piece);
  }
  arrived = 100;
  stream.end(input);
  return seen;
}

it('a file appears as it is written, once its path is known', () => {
  expect(told(editor, ['{"command":"create",', '"path":"/app/a', '.ts","file_text":"one', ' two', '"}'])).toEqual([
    [3, 'Write a.ts'],
    [3, 'a.ts + one'],
    [4, 'a.ts +  two'],
  ]);
});

it.each([
  ['file_text', 'Write a.ts'],
  ['new_str', 'Edit a.ts'],
  ['insert_text', 'Edit a.ts'],
])('text that comes before path and command waits for the path: %s', (key, title) => {
  expect(told(editor, [`{"${key}":"one`, ' two"', ',"path":"a.ts"', ',"command":"create"', '}'])).toEqual([
    [3, title],
    [3, 'a.ts + one two'],
  ]);
});

it('what is replaced is not shown as text of the file', () => {
  const pieces = ['{"path":"a.ts","command":"str_replace",', '"old_str":"before",', '"new_str":"after"}'];
  expect(told(editor, pieces)).toEqual([
    [1, 'Edit a.ts'],
    [3, 'a.ts + after'],
  ]);
});

it('a look at a file is told once, as soon as both path and command are known', () => {
  const events = [[2, 'Look at a.ts']];
  expect(told(editor, ['{"command":"view",', '"path":"a.ts",', '"view_range":[1,2]}'])).toEqual(events);
  expect(told(editor, ['{"path":"a.ts",', '"command":"view",', '"view_range":[1,2]}'])).toEqual(events);
});

it('a text for a path that is none is not shown, and the call is told when it is complete', () => {
  const input = { command: 'create', path: '../a.ts', file_text: 'x' };
  for (const path of ['../a.ts', '']) {
    expect(told(editor, [`{"command":"create","path":"${path}","file_text":"x"}`], { ...input, path: 'b.ts' })).toEqual(
      [[100, 'Write b.ts']],
    );
    expect(told(editor, [`{"file_text":"x","path":"${path}","command":"create"}`], { ...input, path: 'b.ts' })).toEqual(
      [[100, 'Write b.ts']],
    );
  }
});

it.each([
  ['check_preview', {}, 0, 'Check the preview'],
  ['unknown_tool_x', { path: 'a.ts', file_text: 'x' }, 0, 'Use unknown_tool_x'],
  ['bash', { command: 'ls' }, 100, 'Run ls'],
  ['server_logs', {}, 100, 'Look at what the server says'],
  ['delete_file', { path: 'a.ts' }, 100, 'Delete a.ts'],
  ['search_files', { pattern: 'x' }, 100, 'Search for “x”'],
])('a call of %s is told as soon as its title can be complete', (name, input, after, title) => {
  expect(told(name, [JSON.stringify(input)], input)).toEqual([[after, title]]);
});
