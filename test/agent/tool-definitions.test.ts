import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { changesFiles, isShellTool, offeredTools, ServerInput, toolLine } from '../../src/agent/tool-definitions.ts';

const namesOf = (shell: boolean) => offeredTools(shell).map((tool) => ('name' in tool ? tool.name : tool.type));
const fileTools = ['str_replace_based_edit_tool', 'delete_file', 'rename_file', 'search_files', 'check_preview'];

describe('the tools that Claude is offered', () => {
  it('are those of a container only where there is one, always as the same list', () => {
    expect(namesOf(false)).toEqual(fileTools);
    expect(namesOf(true)).toEqual([...fileTools, 'bash', 'start_server', 'server_logs']);
    expect(offeredTools(true)).toBe(offeredTools(true));
    expect(namesOf(true).filter(isShellTool)).toEqual(['bash', 'start_server', 'server_logs']);
  });

  it('take only what they name, and say what they need', () => {
    const schemas = offeredTools(true).flatMap((tool) => ('input_schema' in tool ? [tool] : []));
    const required = Object.fromEntries(schemas.map(({ name, input_schema }) => [name, input_schema.required ?? []]));
    expect(required).toEqual({
      delete_file: ['path'],
      rename_file: ['from', 'to'],
      search_files: ['pattern'],
      check_preview: [],
      start_server: ['command', 'port'],
      server_logs: [],
    });
    for (const { input_schema } of schemas) {
      expect(input_schema).toMatchObject({ type: 'object', additionalProperties: false });
      for (const key of input_schema.required ?? []) expect(input_schema.properties).toHaveProperty(key);
    }
  });
});

it.each([
  ['str_replace_based_edit_tool', { command: 'create', path: 'a.ts' }, 'Write a.ts'],
  ['check_preview', {}, 'Check the preview'],
  ['bash', { command: 'ls -l' }, 'Run ls -l'],
  ['bash', { restart: true }, 'Run a command'],
  ['bash', { command: '' }, 'Run a command'],
  ['bash', { command: 7 }, 'Run a command'],
  ['bash', null, 'Run a command'],
  ['bash', { command: 'x'.repeat(60) }, `Run ${'x'.repeat(60)}`],
  ['bash', { command: 'x'.repeat(61) }, `Run ${'x'.repeat(59)}…`],
  ['start_server', { command: 'npm run dev', port: 5173 }, 'Start npm run dev'],
  ['start_server', {}, 'Start a command'],
  ['server_logs', {}, 'Look at what the server says'],
  ['n'.repeat(61), {}, `Use ${'n'.repeat(59)}…`],
])('the visitor reads in one line what a call does: %s %j', (name, input, title) => {
  expect(toolLine(name, input).title).toBe(title);
});

it.each<[string, unknown, boolean]>([
  ['delete_file', {}, true],
  ['rename_file', {}, true],
  ['bash', {}, true],
  ['str_replace_based_edit_tool', { command: 'create' }, true],
  ['str_replace_based_edit_tool', { command: 'str_replace' }, true],
  ['str_replace_based_edit_tool', { command: 'insert' }, true],
  ['str_replace_based_edit_tool', { command: 'view' }, false],
  ['str_replace_based_edit_tool', { command: 7 }, false],
  ['str_replace_based_edit_tool', null, false],
  ['search_files', { command: 'create' }, false],
  ['server_logs', {}, false],
])('a call may have changed files or not: %s %j', (name, input, changes) => {
  expect(changesFiles(name, input)).toBe(changes);
});

it('a server takes a command, and a port that needs no rights', () => {
  const accepts = (input: unknown) => v.is(ServerInput, input);
  expect(v.parse(ServerInput, { command: ' npm start ', port: 1024 })).toEqual({ command: 'npm start', port: 1024 });
  expect(accepts({ command: 'x', port: 65_535 })).toBe(true);
  for (const port of [1023, 65_536, 5173.5, '5173', undefined]) expect(accepts({ command: 'x', port })).toBe(false);
  for (const command of [' ', '', undefined]) expect(accepts({ command, port: 5173 })).toBe(false);
});
