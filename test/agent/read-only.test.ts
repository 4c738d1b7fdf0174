import { describe, expect, it } from 'vitest';
import { prepareTool } from '../../src/agent/run-tool.ts';
import { offeredTools } from '../../src/agent/tool-definitions.ts';
import type { ShellPort } from '../../src/agent/turn-interfaces.ts';
import { MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { contents, makeWorkspace } from '../workspace/make-workspace.ts';
import { report } from './support.ts';

const editor = 'str_replace_based_edit_tool';
const files = { 'a.txt': 'one\ntwo\n' };

function given() {
  const ran: string[] = [];
  const shell: ShellPort = {
    run: async ({ name }) => {
      ran.push(name);
      return () => ({ text: 'The server runs.', isError: false, fields: {}, changes: [] });
    },
  };
  const { workspace } = makeWorkspace(files);
  const journal = new MemoryJournal('turn', []);
  return { turn: 'turn', workspace, journal, preview: previewOf(report()), shell, isReadOnly: true, ran };
}

async function run(deps: ReturnType<typeof given>, name: string, input: unknown) {
  const call = { type: 'tool_use' as const, id: 'toolu_1', name, input };
  return (await prepareTool(deps, call, 1, false, new AbortController().signal))();
}

describe('a turn that may change nothing', () => {
  it.each([
    [editor, { command: 'create', path: 'b.txt', file_text: 'b' }],
    [editor, { command: 'create', path: 'a.txt', file_text: 'b' }],
    [editor, { command: 'str_replace', path: 'a.txt', old_str: 'one', new_str: '1' }],
    [editor, { command: 'insert', path: 'a.txt', insert_line: 0, insert_text: 'zero' }],
    [editor, { command: 'undo_edit', path: 'a.txt' }],
    [editor, { path: 'a.txt' }],
    [editor, null],
    ['delete_file', { path: 'a.txt' }],
    ['rename_file', { from: 'a.txt', to: 'b.txt' }],
    ['bash', { command: 'ls' }],
    ['bash', { restart: true }],
    ['start_server', { command: 'npm run dev', port: 5173 }],
    ['never_heard_of', {}],
  ])('does nothing for %s %j, and says why', async (name, input) => {
    const deps = given();
    expect(await run(deps, name, input)).toMatchObject({
      content: expect.stringContaining('Nothing was done: in this turn nothing may be changed'),
      isError: true,
      events: [],
      fields: { reason: 'read_only' },
    });
    expect(contents(deps.workspace)).toEqual(files);
    expect(deps.ran).toEqual([]);
  });

  it.each([
    [editor, { command: 'view', path: 'a.txt' }, 'one'],
    ['search_files', { pattern: 'tw.' }, 'two'],
    ['check_preview', {}, ''],
    ['server_logs', {}, 'The server runs.'],
  ])('reads by %s %j', async (name, input, told) => {
    const outcome = await run(given(), name, input);
    expect(outcome.isError).toBe(false);
    expect(outcome.content).toContain(told);
  });

  it('knows of every tool that Claude is offered whether it reads', () => {
    const names = offeredTools(true).map((tool) => ('name' in tool ? tool.name : ''));
    expect(names.sort()).toEqual(
      [
        editor,
        'bash',
        'check_preview',
        'delete_file',
        'rename_file',
        'search_files',
        'server_logs',
        'start_server',
      ].sort(),
    );
  });
});
