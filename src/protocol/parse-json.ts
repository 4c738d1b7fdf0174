/** Parses JSON whose strings come out as well-formed Unicode: an escape such as `\ud83d` alone becomes U+FFFD. @throws SyntaxError */
export function parseJson(text: string): unknown {
  return /\\u[dD][89a-fA-F]/.test(text) ? JSON.parse(text, wellFormed) : JSON.parse(text);
}

const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed() : value;
