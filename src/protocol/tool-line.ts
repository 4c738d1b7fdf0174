/** What Claude's tools do, as the page says it. An open set: a client shows `title` for a verb that it does not know. */
export const toolVerbs = [
  'list',
  'view',
  'create',
  'edit',
  'delete',
  'rename',
  'search',
  'check_preview',
  'run',
  'start_server',
  'server_logs',
  'view_image',
  'use',
] as const;
export type ToolVerb = (typeof toolVerbs)[number];

/** Why a tool call failed: `fields.reason` of a failed `tool` event. An open set for clients. */
export const toolFailures = [
  'invalid_input',
  'cut_off',
  'read_only',
  'unknown_tool',
  'stopped',
  'turn_ended',
  'path',
  'not_found',
  'is_directory',
  'parent_is_file',
  'path_taken',
  'not_text',
  'no_match',
  'many_matches',
  'no_change',
  'empty_text',
  'line_range',
  'too_large',
  'container',
  'command',
  'interrupted',
  'exit',
  'timeout',
  'flooded',
  'aborted',
  'lost',
  'port',
  'server_ended',
  'server_silent',
  'no_server',
  'image',
] as const;
export type ToolFailure = (typeof toolFailures)[number];

/** Numbers and names of a tool's line; `reason` where it failed, one of {@link toolFailures}. */
export type ToolFields = Readonly<Record<string, string | number | boolean>>;

/** The line of a tool call: `title` in English, and what a page makes its own title from. */
export interface ToolLine {
  title: string;
  verb: ToolVerb;
  /** Path of the file or folder, relative to the workspace; absent where the call has none. */
  path?: string;
  fields: ToolFields;
}
