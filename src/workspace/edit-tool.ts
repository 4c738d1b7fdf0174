import * as v from 'valibot';
import { limits } from '../protocol/limits.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { ToolFailure, ToolFields, ToolLine, ToolVerb } from '../protocol/tool-line.ts';
import { takeStart, truncateText } from '../protocol/truncate-text.ts';
import { insertLines, replaceOnce } from './edit-text.ts';
import type { EditableFiles } from './editable-files.ts';
import type { FileChange } from './file-tree.ts';
import { countLineChanges } from './line-diff.ts';
import { searchFiles } from './search-files.ts';
import { similarPaths } from './similar-paths.ts';
import { decodeText, encodeText, splitLines } from './text-file.ts';
import { numberedWithin, viewFile, viewFolder } from './view-file.ts';
import { absolutePath, normalizeFolder, normalizePath } from './workspace-path.ts';

/** Result of a tool call: `text` or `error` is for Claude, `line` is for the visitor. */
export type EditToolResult =
  | { ok: true; text: string; changes: FileChange[]; line: ToolLine }
  | { ok: false; error: string; line: ToolLine };

const path = v.pipe(v.string(), v.maxLength(2_000));

const commandSchema = v.variant('command', [
  v.object({
    command: v.literal('view'),
    path,
    view_range: v.nullish(v.tuple([v.pipe(v.number(), v.integer()), v.pipe(v.number(), v.integer())])),
  }),
  v.object({ command: v.literal('create'), path, file_text: v.string() }),
  v.object({ command: v.literal('str_replace'), path, old_str: v.string(), new_str: v.nullish(v.string()) }),
  v.object({ command: v.literal('insert'), path, insert_line: v.number(), insert_text: v.string() }),
]);

const schemas = {
  str_replace_based_edit_tool: commandSchema,
  delete_file: v.object({ path }),
  rename_file: v.object({ from: path, to: path }),
  search_files: v.object({ pattern: v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000)), path: v.nullish(path) }),
} as const;

/** The tools that {@link runEditTool} knows. */
export type EditToolName = keyof typeof schemas;

export const isEditTool = (name: string): name is EditToolName => Object.hasOwn(schemas, name);

type CommandResult = { text: string; changes?: FileChange[]; fields?: ToolFields };

/**
 * Runs one of Claude's tools on the workspace. A failed call changes nothing.
 *
 * `str_replace_based_edit_tool` is Anthropic's `text_editor_20250728`
 * (https://docs.claude.com/en/docs/agents-and-tools/tool-use/text-editor-tool); the other tools are Redraw's own.
 *
 * @param input the call's input as Claude sent it, unchecked
 */
export function runEditTool(files: EditableFiles, name: EditToolName, input: unknown): EditToolResult {
  const line = editToolLine(name, input);
  try {
    const { text, changes = [], fields } = runTool(files, name, input);
    return { ok: true, text, changes, line: withFields(line, fields) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ok: false, error: error.detail, line: withFields(line, failureFields(error)) };
  }
}

const withFields = (line: ToolLine, fields: ToolFields = {}): ToolLine => ({
  ...line,
  fields: { ...line.fields, ...fields },
});

/** Why a call failed, from the error of the edit or of the workspace. */
function failureFields({ code, fields }: ProblemError): ToolFields {
  const { reason, count, limit } = fields;
  return {
    reason: code === 'payload_too_large' ? 'too_large' : String(reason ?? 'invalid_input'),
    ...(typeof count === 'number' ? { count } : {}),
    ...(typeof limit === 'number' ? { limit } : {}),
  };
}

/** The line that tells the visitor what a call does. Accepts incomplete input, as it arrives while Claude writes the call. */
export function editToolLine(name: EditToolName, input: unknown): ToolLine {
  const { command, path, from, to, pattern } = v.parse(partialInput, input ?? {});
  const line = (verb: ToolVerb, word: string, given = path): ToolLine => {
    const shown = displayPath(given);
    const place = shown === null ? {} : { path: shown };
    return { verb, title: `${word} ${titlePath(shown)}`, ...place, fields: {} };
  };
  switch (name) {
    case 'delete_file':
      return line('delete', 'Delete');
    case 'rename_file': {
      const { title, ...rest } = line('rename', 'Rename', from);
      const target = displayPath(to);
      return { ...rest, title: `${title} to ${titlePath(target)}`, fields: target === null ? {} : { to: target } };
    }
    case 'search_files': {
      const fields = { pattern: truncateText(pattern, 60) };
      return { verb: 'search', title: `Search for “${fields.pattern}”`, fields };
    }
    case 'str_replace_based_edit_tool':
      if (command === 'view') return line(displayPath(path) === '' ? 'list' : 'view', 'Look at');
      return command === 'create' ? line('create', 'Write') : line('edit', 'Edit');
  }
}

const optionalText = v.fallback(v.string(), '');
const partialInput = v.fallback(
  v.object({ command: optionalText, path: optionalText, from: optionalText, to: optionalText, pattern: optionalText }),
  {
    command: '',
    path: '',
    from: '',
    to: '',
    pattern: '',
  },
);

/** A path as the visitor knows it: normalised where possible, else the beginning of Claude's text; null where there is none yet. */
function displayPath(input: string): string | null {
  const result = normalizeFolder(input);
  return result.ok ? result.path : takeStart(input, limits.pathChars) || null;
}

const titlePath = (path: string | null): string => (path === null ? 'a file' : path || 'the files');

function runTool(files: EditableFiles, name: EditToolName, input: unknown): CommandResult {
  switch (name) {
    case 'str_replace_based_edit_tool':
      return runCommand(files, parseInput(schemas[name], input));
    case 'delete_file': {
      const target = existingFile(files, parseInput(schemas[name], input).path);
      return { text: `Deleted ${absolutePath(target)}.`, changes: [files.remove(target)] };
    }
    case 'rename_file': {
      const { from, to } = parseInput(schemas[name], input);
      const change = files.rename(existingFile(files, from), to);
      return { text: `Renamed ${absolutePath(change.from ?? '')} to ${absolutePath(change.path)}.`, changes: [change] };
    }
    case 'search_files': {
      const { pattern, path } = parseInput(schemas[name], input);
      const searchRoot = folderPath(path ?? '.');
      if (!files.isFolder(searchRoot)) existingFile(files, searchRoot);
      const { text, count } = searchFiles(files, pattern, searchRoot);
      return { text, fields: { count } };
    }
  }
}

function runCommand(files: EditableFiles, command: v.InferOutput<typeof commandSchema>): CommandResult {
  switch (command.command) {
    case 'view': {
      const target = folderPath(command.path);
      const range = command.view_range ?? undefined;
      if (files.isFolder(target)) {
        if (range)
          throw refusal('line_range', 'The `view_range` parameter is not allowed when `path` points to a directory.');
        return { text: viewFolder(target, files.list()) };
      }
      const view = viewFile(target, readBytes(files, existingFile(files, target)), range);
      if (!view.ok) throw refusal('line_range', view.error);
      return { text: view.text };
    }
    case 'create': {
      const change = writeText(files, command.path, command.file_text);
      return { text: `File created successfully at: ${absolutePath(change.path)}`, changes: [change] };
    }
    case 'str_replace': {
      const target = existingFile(files, command.path);
      const replacement = command.new_str ?? '';
      return editFile(files, target, replacement, (text) =>
        replaceOnce(text, command.old_str, replacement, absolutePath(target)),
      );
    }
    case 'insert': {
      const target = existingFile(files, command.path);
      return editFile(files, target, command.insert_text, (text) =>
        insertLines(text, command.insert_line, command.insert_text),
      );
    }
  }
}

/** Lines shown before and after an edited passage. */
const contextLines = 4;

/** Characters of the snippet that an edit is answered with, and of each of its lines. */
const maxSnippetChars = 20_000;
const maxSnippetLineChars = 1_000;

function editFile(
  files: EditableFiles,
  path: string,
  added: string,
  change: (text: string) => ReturnType<typeof replaceOnce>,
): CommandResult {
  const text = decodeText(readBytes(files, path));
  if (text === null)
    throw refusal(
      'not_text',
      `${absolutePath(path)} is not a text file: it cannot be edited, only replaced or deleted.`,
    );
  const result = change(text);
  if (!result.ok) throw refusal(result.reason, result.error, result.fields);
  const written = writeText(files, path, result.text);
  const lines = splitLines(result.text);
  const from = Math.max(0, result.line - 1 - contextLines);
  const snippet = lines
    .slice(from, result.line - 1 + added.split('\n').length + contextLines)
    .map((line) => truncateLine(line, maxSnippetLineChars));
  const shown = numberedWithin(snippet, from + 1, lines.length, maxSnippetChars);
  return {
    text: `The file ${absolutePath(path)} has been edited. Here's the result of running \`cat -n\` on a snippet of ${absolutePath(path)}:\n${shown}`,
    changes: [written],
  };
}

function truncateLine(line: string, max: number): string {
  if (line.length <= max) return line;
  const start = takeStart(line, max);
  return `${start}… [${line.length - start.length} more characters]`;
}

function writeText(files: EditableFiles, path: string, text: string): FileChange {
  const bytes = encodeText(text);
  if (bytes.byteLength > limits.textFileBytes) {
    throw refusal(
      'too_large',
      `A text file may have ${limits.textFileBytes} bytes, this one would have ${bytes.byteLength}. Split it.`,
      { limit: limits.textFileBytes },
    );
  }
  const target = normalizePath(path);
  const oldBytes = target.ok ? files.read(target.path) : null;
  const before = oldBytes ? decodeText(oldBytes) : '';
  const change = files.write(path, bytes);
  return before === null ? change : { ...change, ...countLineChanges(before, text) };
}

function readBytes(files: EditableFiles, path: string): Uint8Array {
  const bytes = files.read(path);
  if (!bytes) throw refusal('not_found', `There is no file ${absolutePath(path)}.`);
  return bytes;
}

function folderPath(input: string): string {
  const result = normalizeFolder(input);
  if (!result.ok) throw refusal('path', result.error);
  return result.path;
}

/** The normalised path of a file that exists. @throws ProblemError with similar paths where it does not */
function existingFile(files: EditableFiles, input: string): string {
  const result = normalizePath(input);
  if (!result.ok) throw refusal('path', result.error);
  if (files.isFolder(result.path))
    throw refusal('is_directory', `${absolutePath(result.path)} is a directory. Name a file in it.`);
  const paths = files.list().map((file) => file.path);
  if (paths.includes(result.path)) return result.path;
  const similar = similarPaths(result.path, paths).map(absolutePath);
  const hint = similar.length > 0 ? `Did you mean ${similar.join(' or ')}?` : 'View /app to see what is there.';
  throw refusal('not_found', `The path ${absolutePath(result.path)} does not exist. ${hint}`);
}

/** Characters of one complaint about an input. */
const maxIssueChars = 300;

function parseInput<T extends v.GenericSchema>(schema: T, input: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const messages = result.issues.map((issue) => {
    const key = v.getDotPath(issue);
    // The message repeats what was given.
    const message = truncateText(issue.message, maxIssueChars);
    return key ? `${key}: ${message}` : message;
  });
  throw refusal('invalid_input', `The input of this call is not valid. ${messages.join('; ')}.`);
}

const refusal = (reason: ToolFailure, sentence: string, fields: ToolFields = {}): ProblemError =>
  new ProblemError('invalid_request', sentence, { ...fields, reason });
