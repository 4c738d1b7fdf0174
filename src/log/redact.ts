/** What a secret looks like, with what stays of it. Prefixes are kept, so that a reader still sees which kind of secret it was. */
const secrets: readonly [RegExp, string][] = [
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
  // JWS and JWE, compact form
  [/\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2,4}/g, 'eyJ…'],
];

/** Takes secrets out of a text that goes to a log or to a visitor. */
export function redact(text: string): string {
  let out = text;
  for (const [pattern, put] of secrets) out = out.replace(pattern, put);
  return out;
}

/** A secret of so few characters would be found in ordinary words. */
const shortestSecret = 8;

/** A text without a secret that is known, whatever it looks like. */
export function without(secret: string, text: string): string {
  return secret.length < shortestSecret ? text : text.replaceAll(secret, '…');
}

/** The same for headers. */
export function headersWithout(secret: string, headers: Headers): Headers {
  return new Headers([...headers].map(([name, value]) => [name, without(secret, value)]));
}

/**
 * A foreign text as one line that may be shown: redacted, without control characters, capped.
 *
 * @param max characters
 */
export function redactedLine(text: string, max = 300): string {
  const line = redact(text)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** A foreign text as a sentence that may be shown: as `redactedLine`, with a full stop where it has none. */
export function redactedSentence(text: string): string {
  const line = redactedLine(text);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}
