import type { EditableFiles } from './edit-tool.ts';

/** Lines that match a pattern, as `path:line: text`. */
export function searchFiles(_files: EditableFiles, _pattern: string, _within: string): string {
  return '';
}
