/**
 * White space as the Messages API sees it: what Python's `str.strip()` removes. That is U+0009 to U+000D, U+001C to U+0020, U+0085,
 * U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000: Unicode's White_Space, and the four information separators.
 * JavaScript's `trim` differs: it leaves U+001C to U+001F and U+0085, and takes U+FEFF.
 *
 * Source: `_PyUnicode_IsWhitespace` in CPython's Objects/unicodetype_db.h (category Zs, or bidirectional class WS, B or S).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the separators U+001C to U+001F are white space here
const notWhitespace = /[^\p{White_Space}\x1c-\x1f]/u;

/** Whether a text is empty or white space only, so that the API refuses it as a text block. What shows nothing to a person: `isBlank`. */
export const isWhiteSpace = (text: string): boolean => !notWhitespace.test(text);
