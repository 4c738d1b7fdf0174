import { isBlank } from '../protocol/is-blank.ts';
import { limits } from '../protocol/limits.ts';
import type { VersionEntry } from '../protocol/resources.ts';
import { truncateText } from '../protocol/truncate-text.ts';

/** The label of a version: the first line of a prompt that is not blank, at most 120 characters (code points). */
export function versionLabel(prompt: string): string {
  const line = (prompt.split(/[\r\n]/).find((line) => !isBlank(line)) ?? '').trim();
  const points = [...line];
  return truncateText(line, points.slice(0, limits.labelChars).join('').length);
}

/** Label of the version that commits what was uncommitted before an undo or revert. */
export const manualEditsLabel = 'Changes by hand';

/** Label of a version with one file that the visitor edited, or added. */
export const editLabel = (path: string, isNew: boolean): string => `${isNew ? 'Add' : 'Edit'} ${path}`;

export const backToLabel = (label: string): string => versionLabel(`Back to: ${label}`);

/** The fields of an edit that its label tells in English: its only file, and whether that file is new. */
export function editFields({
  kind,
  label,
  changed,
}: Pick<VersionEntry, 'kind' | 'label' | 'changed'>): Pick<VersionEntry, 'path' | 'isNew'> {
  const [path] = changed;
  if (kind !== 'edit' || path === undefined || changed.length > 1 || label === manualEditsLabel) return {};
  return { path, isNew: label === versionLabel(editLabel(path, true)) };
}
