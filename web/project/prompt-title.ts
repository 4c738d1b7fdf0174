/** Characters of a title. */
const maxChars = 80;

/** The title of a project that has none: the first line of its first prompt. */
export function promptTitle(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? '';
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
}
