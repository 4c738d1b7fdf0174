import { isBlank } from '../protocol/is-blank.ts';
import { limits } from '../protocol/limits.ts';
import { truncateText } from '../protocol/truncate-text.ts';

/** The label of a version: the first line of a prompt that is not blank, at most 120 characters (code points). */
export function versionLabel(prompt: string): string {
  const line = (prompt.split(/[\r\n]/).find((line) => !isBlank(line)) ?? '').trim();
  const points = [...line];
  return truncateText(line, points.slice(0, limits.labelChars).join('').length);
}
