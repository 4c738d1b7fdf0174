import { expect, it } from 'vitest';
import { previewLine } from '../../src/agent/preview-report-text.ts';
import { prepareTool } from '../../src/agent/run-tool.ts';
import { toolLine } from '../../src/agent/tool-definitions.ts';
import { toolFailures, toolVerbs } from '../../src/protocol/tool-line.ts';
import { MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { makeWorkspace } from '../workspace/make-workspace.ts';
import { report } from './support.ts';

const editor = 'str_replace_based_edit_tool';

it.each<[string, unknown, object]>([
  [editor, { command: 'view', path: '/app' }, { verb: 'list', path: '', fields: {} }],
  [editor, { command: 'view', path: '/app/src/a.ts' }, { verb: 'view', path: 'src/a.ts', fields: {} }],
  [editor, { command: 'create', path: 'a.ts' }, { verb: 'create', path: 'a.ts', fields: {} }],
  [editor, { command: 'insert', path: 'a.ts' }, { verb: 'edit', path: 'a.ts', fields: {} }],
  ['delete_file', { path: '/app/a.ts' }, { verb: 'delete', path: 'a.ts', fields: {} }],
  ['rename_file', { from: 'a.ts', to: './b.ts' }, { verb: 'rename', path: 'a.ts', fields: { to: 'b.ts' } }],
  ['search_files', { pattern: 'x+' }, { verb: 'search', fields: { pattern: 'x+' } }],
  ['check_preview', {}, { verb: 'check_preview', fields: {} }],
  ['bash', { command: 'ls' }, { verb: 'run', fields: { command: 'ls' } }],
  ['bash', { restart: true }, { verb: 'run', fields: {} }],
  [
    'start_server',
    { command: 'npm run dev', port: 5173 },
    { verb: 'start_server', fields: { command: 'npm run dev' } },
  ],
  ['server_logs', {}, { verb: 'server_logs', fields: {} }],
  ['odd', {}, { verb: 'use', fields: { tool: 'odd' } }],
])('%s with %j is told by verb, path and fields', (name, input, told) => {
  const { title, ...line } = toolLine(name, input);
  expect(line).toEqual(told);
  expect(toolVerbs).toContain(line.verb);
  expect(title).toMatch(/./);
});

it.each([
  ['no_match', editor, { command: 'str_replace', path: 'a.txt', old_str: 'z', new_str: 'y' }, {}],
  ['many_matches', editor, { command: 'str_replace', path: 'a.txt', old_str: 'a', new_str: 'y' }, { count: 2 }],
  ['no_change', editor, { command: 'str_replace', path: 'a.txt', old_str: 'b', new_str: 'b' }, {}],
  ['line_range', editor, { command: 'insert', path: 'a.txt', insert_line: 9, insert_text: 'x' }, {}],
  ['line_range', editor, { command: 'view', path: 'a.txt', view_range: [9, 10] }, {}],
  ['empty_text', editor, { command: 'insert', path: 'a.txt', insert_line: 0, insert_text: '' }, {}],
  ['not_found', editor, { command: 'view', path: 'z.txt' }, {}],
  ['is_directory', 'delete_file', { path: 'src' }, {}],
  ['parent_is_file', editor, { command: 'create', path: 'a.txt/b', file_text: 'x' }, {}],
  ['path_taken', 'rename_file', { from: 'a.txt', to: 'src/b.ts' }, {}],
  ['path', editor, { command: 'create', path: '../x', file_text: 'x' }, {}],
  [
    'too_large',
    editor,
    { command: 'create', path: 'x', file_text: 'x'.repeat(3_000_000) },
    { limit: expect.any(Number) },
  ],
  ['invalid_input', 'search_files', { pattern: '' }, {}],
  ['unknown_tool', 'odd', {}, {}],
  ['cut_off', editor, { INVALID_JSON: '{' }, {}],
])('a call that fails by %s says so', async (reason, name, input, fields) => {
  const { workspace } = makeWorkspace({ 'a.txt': 'ab\na', 'src/b.ts': 'b' });
  const deps = { turn: 'turn', workspace, preview: previewOf(report()), journal: new MemoryJournal('turn', []) };
  const call = { type: 'tool_use', id: 'toolu_1', name, input } as const;
  const outcome = (await prepareTool(deps, call, 1, false, new AbortController().signal))();
  expect(outcome).toMatchObject({ isError: true, fields: { reason, ...fields } });
  expect(toolFailures).toContain(reason);
});

it('a search tells how many lines it has found, a check what it has seen', async () => {
  const { workspace } = makeWorkspace({ 'a.txt': 'ab\na', 'src/b.ts': 'b' });
  const deps = { turn: 'turn', workspace, preview: previewOf(report()), journal: new MemoryJournal('turn', []) };
  const call = { type: 'tool_use', id: 'toolu_1', name: 'search_files', input: { pattern: 'a' } } as const;
  const outcome = (await prepareTool(deps, call, 1, false, new AbortController().signal))();
  expect(outcome.fields).toEqual({ pattern: 'a', count: 2 });
  expect(previewLine({ kind: 'nobody_looking' }).fields).toEqual({ result: 'nobody_looking' });
  expect(previewLine({ kind: 'no_answer' }).fields).toEqual({ result: 'no_answer' });
  const check = report();
  if (check.kind !== 'report') throw new Error('no report');
  expect(previewLine({ kind: 'report', report: { ...check.report, blank: true } }).fields).toEqual({
    result: 'report',
    count: 1,
    blank: true,
  });
});
