import { limits } from '../protocol/limits.ts';

/** The label of a version: the first line of a prompt that is not blank, at most 120 characters (code points). */
export function versionLabel(prompt: string): string {
  const line =
    prompt
      .trim()
      .split(/[\r\n]/, 1)[0]
      ?.trim() ?? '';
  const points = [...line];
  return points.length <= limits.labelChars ? line : `${points.slice(0, limits.labelChars - 1).join('')}…`;
}
