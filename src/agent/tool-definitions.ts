import type Anthropic from '@anthropic-ai/sdk';
import * as v from 'valibot';
import type { ToolLine } from '../protocol/tool-line.ts';
import { truncateText } from '../protocol/truncate-text.ts';
import { editToolLine, isEditTool } from '../workspace/edit-tool.ts';

const path = { type: 'string', description: 'Path of a file, for example /app/src/App.tsx.' } as const;

/** The tools that need only the files and the preview. */
const baseTools: Anthropic.ToolUnion[] = [
  { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
  {
    name: 'delete_file',
    description: 'Deletes one file of the project.',
    input_schema: { type: 'object', properties: { path }, required: ['path'], additionalProperties: false },
  },
  {
    name: 'rename_file',
    description: 'Moves one file of the project to another path. Imports of it are not changed.',
    input_schema: {
      type: 'object',
      properties: { from: path, to: path },
      required: ['from', 'to'],
      additionalProperties: false,
    },
  },
  {
    name: 'search_files',
    description:
      'Searches the text files of the project line by line for a regular expression (JavaScript). Answers with path, line number and line.',
    input_schema: {
      type: 'object',
      properties: {
        pattern: { type: 'string', description: 'Regular expression, for example useState\\(' },
        path: { type: 'string', description: 'File or folder to search. Default: the whole project.' },
      },
      required: ['pattern'],
      additionalProperties: false,
    },
  },
  {
    name: 'check_preview',
    description:
      'Loads the app as it is now and answers with what the browser saw: build errors, console errors, uncaught exceptions and failed requests with file and line, whether the page is blank, and the page as text. Call it after the last change and before you say that you are done.',
    input_schema: { type: 'object', properties: {}, additionalProperties: false },
  },
];

/** The tools that need a container. */
const containerTools: Anthropic.ToolUnion[] = [
  { type: 'bash_20250124', name: 'bash' },
  {
    name: 'start_server',
    description:
      'Starts a server in the container from /app, in the background, and waits until its port answers. From then on the preview shows what answers there. A server that runs already is replaced.',
    input_schema: {
      type: 'object',
      properties: {
        command: { type: 'string', description: 'Shell command, for example npm run dev -- --port 5173' },
        port: { type: 'integer', description: 'The port on which it listens, from 1024 to 65535.' },
      },
      required: ['command', 'port'],
      additionalProperties: false,
    },
  },
  {
    name: 'server_logs',
    description: 'The last output of the server that start_server has started, and whether it still runs.',
    input_schema: { type: 'object', properties: {}, additionalProperties: false },
  },
];

const withoutShell = Object.freeze([...baseTools]);
const withShell = Object.freeze([...baseTools, ...containerTools]);

const shellTools = new Set(['bash', 'start_server', 'server_logs']);

/** Whether a tool needs a container. */
export const isShellTool = (name: string): boolean => shellTools.has(name);

/**
 * The tools that Claude is offered: the same list in the same order for all sessions with the same capabilities, so that prompt caching
 * hits.
 */
export function offeredTools(shell: boolean): readonly Anthropic.ToolUnion[] {
  return shell ? withShell : withoutShell;
}

export const BashInput = v.object({ command: v.optional(v.string()), restart: v.optional(v.boolean()) });

export const ServerInput = v.object({
  command: v.pipe(v.string(), v.trim(), v.nonEmpty()),
  port: v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(65_535)),
});

/** The line for the visitor on what a call does; works for incomplete input too. */
export function toolLine(name: string, input: unknown): ToolLine {
  if (isEditTool(name)) return editToolLine(name, input);
  if (name === 'check_preview') return { verb: 'check_preview', title: 'Check the preview', fields: {} };
  if (name === 'server_logs') return { verb: 'server_logs', title: 'Look at what the server says', fields: {} };
  if (name === 'bash' || name === 'start_server') {
    const command = commandIn(input);
    const [verb, word] = name === 'bash' ? (['run', 'Run'] as const) : (['start_server', 'Start'] as const);
    return { verb, title: `${word} ${command || 'a command'}`, fields: command ? { command } : {} };
  }
  const tool = truncateText(name, 60);
  return { verb: 'use', title: `Use ${tool}`, fields: { tool } };
}

function commandIn(input: unknown): string {
  const parsed = v.safeParse(BashInput, input);
  return truncateText((parsed.success && parsed.output.command) || '', 60);
}

const changingCommands = new Set(['create', 'str_replace', 'insert']);
const EditCommand = v.object({ command: v.string() });

const readingTools = new Set(['search_files', 'check_preview', 'server_logs']);

/** Whether a call only reads, whatever its input: what a turn that may change nothing is allowed. */
export function onlyReads(name: string, input: unknown): boolean {
  if (name !== 'str_replace_based_edit_tool') return readingTools.has(name);
  const parsed = v.safeParse(EditCommand, input);
  return parsed.success && parsed.output.command === 'view';
}

/** Whether a successful call may have changed files. */
export function changesFiles(name: string, input: unknown): boolean {
  if (name === 'delete_file' || name === 'rename_file' || name === 'bash') return true;
  if (name !== 'str_replace_based_edit_tool') return false;
  const parsed = v.safeParse(EditCommand, input);
  return parsed.success && changingCommands.has(parsed.output.command);
}
