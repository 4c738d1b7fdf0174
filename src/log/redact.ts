/** Patterns of secrets with their replacements. Prefixes are kept, so that a reader sees which kind of secret it was. */
const secretPatterns: readonly [RegExp, string][] = [
  // Keys and tokens of Anthropic: sk-ant-api03-…, sk-ant-oat01-…, sk-ant-ort01-…
  [/sk-ant-[A-Za-z0-9_-]+/g, 'sk-ant-…'],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, 'sk-…'],
  // Header values: Authorization: Bearer …, x-api-key: …
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 …'],
  [/\b(x-api-key|cookie|set-cookie)(["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, '$1$2…'],
  // Fields of JSON and of forms
  [
    /\b(api_?key|access_?token|refresh_?token|client_?secret|code_?verifier|password)(["']?\s*[:=]\s*["']?)[^\s"'&,}]+/gi,
    '$1$2…',
  ],
];

/** What may hold a JWS or JWE in compact form. The whole run is looked at once: from each `eyJ` in it anew would take the square of its length. */
const tokenRun = /[A-Za-z0-9_.-]{6,}/g;

/** Replaces tokens of three to five parts, of which the first begins with `eyJ`, in such a run. */
function withoutTokens(run: string): string {
  const parts = run.split('.');
  const kept: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    const begin = parts.length - at < 3 ? -1 : part.search(/\beyJ[A-Za-z0-9_-]/);
    kept.push(begin < 0 ? part : `${part.slice(0, begin)}eyJ…`);
    if (begin >= 0) at += 4;
  }
  return kept.join('.');
}

/** Removes everything that looks like a secret from a text for a log or a visitor. */
export function redact(text: string): string {
  let out = text;
  for (const [pattern, replacement] of secretPatterns) out = out.replace(pattern, replacement);
  return out.replace(tokenRun, withoutTokens);
}

/** Characters; a shorter secret would match inside ordinary words. */
const minSecretChars = 8;

/** Removes a known secret from a text, whatever it looks like. */
export function redactSecret(secret: string, text: string): string {
  return secret.length < minSecretChars ? text : text.replaceAll(secret, '…');
}

/** Removes a known secret from the values of headers. */
export function redactHeaders(secret: string, headers: Headers): Headers {
  return new Headers([...headers].map(([name, value]) => [name, redactSecret(secret, value)]));
}

/**
 * A foreign text as one line that is safe to show: redacted, without control characters, truncated.
 *
 * @param max characters
 */
export function redactedLine(text: string, max = 300): string {
  const line = redact(text)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  // Without half a surrogate pair, where the cut falls into one.
  return line.length > max ? `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}

/** A foreign text as a sentence that is safe to show: as `redactedLine`, with a full stop where it has none. */
export function redactedSentence(text: string): string {
  const line = redactedLine(text);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}
