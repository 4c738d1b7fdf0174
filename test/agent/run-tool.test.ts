import { describe, expect, it } from 'vitest';
import { notRun, prepareTool } from '../../src/agent/run-tool.ts';
import type { ShellPort, ShellResult } from '../../src/agent/turn-interfaces.ts';
import type { ToolCall } from '../../src/claude/model-reply.ts';
import { MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { contents, makeWorkspace } from '../workspace/make-workspace.ts';
import { eventsOf, report } from './support.ts';

const editor = 'str_replace_based_edit_tool';
const callOf = (name: string, input: unknown): ToolCall => ({ type: 'tool_use', id: 'toolu_1', name, input });

function given(shell?: ShellPort, files: Record<string, string> = {}) {
  return {
    turn: 'turn',
    workspace: makeWorkspace(files).workspace,
    preview: previewOf(report()),
    journal: new MemoryJournal('turn', []),
    ...(shell ? { shell } : {}),
  };
}
const { signal } = new AbortController();
const prepare = (deps: ReturnType<typeof given>, name: string, input: unknown, truncated = false) =>
  prepareTool(deps, callOf(name, input), 2, truncated, signal);
const run = async (deps: ReturnType<typeof given>, name: string, input: unknown, truncated = false) =>
  (await prepare(deps, name, input, truncated))();
const refused = (content: string, title: string) => ({ content, isError: true, events: [], title });

describe('a call that cannot be run', () => {
  const create = { command: 'create', path: 'a.txt', file_text: 'a' };

  it('tells Claude that it was cut off, and does nothing', async () => {
    const deps = given();
    expect(await run(deps, editor, create, true)).toMatchObject(
      refused(
        'This call was cut off at the limit of one reply. Nothing was done. Send it again with less text: split a long file into smaller files, or create it short and add to it.',
        'Write a.txt',
      ),
    );
    expect(contents(deps.workspace)).toEqual({});
  });

  it('tells Claude that its input is not JSON', async () => {
    expect(await run(given(), 'delete_file', { INVALID_JSON: '{"path":' })).toMatchObject(
      refused(
        'The input of this call was not valid JSON, or it was cut off. Nothing was done. Send the call again, whole; if a file is long, split it into smaller files.',
        'Delete a file',
      ),
    );
  });

  it.each([
    ['unknown_tool_x', null, 'There is no tool "unknown_tool_x" here. Use one of those offered.', 'Use unknown_tool_x'],
    ['odd', 'text', 'There is no tool "odd" here. Use one of those offered.', 'Use odd'],
    ['bash', { command: 'ls' }, 'There is no tool "bash" here. Use one of those offered.', 'Run ls'],
    [
      'n'.repeat(61),
      {},
      `There is no tool "${'n'.repeat(59)}…" here. Use one of those offered.`,
      `Use ${'n'.repeat(59)}…`,
    ],
  ])('tells Claude that there is no such tool: %s', async (name, input, content, title) => {
    expect(await run(given(), name, input)).toMatchObject(refused(content, title));
  });

  it('has a title all the same', () => {
    expect(notRun(callOf('bash', { command: 'ls' }), 'stopped', 'No.')).toMatchObject(refused('No.', 'Run ls'));
  });
});

describe('a call on files', () => {
  it('changes them only when its result is stored', async () => {
    const deps = given();
    const finish = await prepare(deps, editor, { command: 'create', path: 'a.txt', file_text: 'a' });
    expect(contents(deps.workspace)).toEqual({});
    expect(finish()).toMatchObject({
      content: 'File created successfully at: /app/a.txt',
      isError: false,
      events: [{ type: 'file', data: expect.objectContaining({ turn: 'turn', path: 'a.txt', change: 'written' }) }],
      title: 'Write a.txt',
    });
    expect(contents(deps.workspace)).toMatchObject({ 'a.txt': 'a' });
  });

  it('that fails says why, and changes nothing', async () => {
    const outcome = await run(given(), 'delete_file', { path: 'a.txt' });
    expect(outcome).toMatchObject({ isError: true, events: [], title: 'Delete a.txt' });
    expect(outcome.content).toContain('a.txt');
  });
});

it('a check of the preview is of the newest files, and its title says what was found', async () => {
  const deps = given();
  let announced = 0;
  deps.journal.announceFileChanges = () => {
    expect(deps.preview.asked).toBe(0);
    announced++;
  };
  expect(await run(deps, 'check_preview', {})).toMatchObject({
    content: expect.stringContaining('No problems: no build errors'),
    isError: false,
    events: [],
    title: 'Check the preview: no problems',
  });
  expect([announced, deps.preview.asked]).toMatchObject([1, 1]);
});

describe('a command', () => {
  const shellOf = (result: ShellResult, output: string[] = []): ShellPort => ({
    run: async (_call, tell) => {
      output.forEach(tell);
      return () => result;
    },
  });

  it('shows its output as it comes, and the files that it has changed at the end', async () => {
    const change = { path: 'a.txt', change: 'written' } as ShellResult['changes'][number];
    const deps = given(shellOf({ text: 'Done.', isError: false, changes: [change], fields: {} }, ['one', 'two']));
    expect(await run(deps, 'bash', { command: 'make' })).toMatchObject({
      content: 'Done.',
      isError: false,
      events: [{ type: 'file', data: { turn: 'turn', ...change } }],
      title: 'Run make',
    });
    expect(eventsOf(deps.journal, 'tool_output')).toEqual(
      ['one', 'two'].map((delta) => ({ turn: 'turn', step: 2, id: 'toolu_1', delta })),
    );
  });

  it('that fails is an error for Claude', async () => {
    const deps = given(shellOf({ text: 'Exit code 1', isError: true, changes: [], fields: {} }));
    expect(await run(deps, 'server_logs', {})).toMatchObject(refused('Exit code 1', 'Look at what the server says'));
  });

  it('has an answer of at most 64,000 characters, which says how many are left out', async () => {
    const answer = async (text: string) =>
      (await run(given(shellOf({ text, isError: false, changes: [], fields: {} })), 'bash', {})).content;
    expect(await answer('x'.repeat(64_000))).toBe('x'.repeat(64_000));
    expect(await answer('x'.repeat(64_001))).toBe(`${'x'.repeat(63_900)}\n… 101 more characters are left out here.`);
    expect(await answer('a\ud83d')).toBe('a\ufffd');
  });
});
