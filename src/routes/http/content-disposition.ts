/** Characters of a name, at the most. */
const maxChars = 100;

/** What RFC 8187 (3.2.1, attr-char) lets stand as it is. `encodeURIComponent` leaves these four more. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * `Content-Disposition` of a download (RFC 6266): a name in ASCII for all, and the name itself where it is another. What no file system
 * takes, or what hides a file's ending (RFC 6266, 4.3; Unicode's direction marks), is no part of either.
 *
 * @param name of the file, without a path
 */
export function attachment(name: string): string {
  const safe = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"*/:<>?\\|]/gu, '_')
    // The look-behind tries a run of dots once, at its beginning.
    .replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, '');
  const whole = safe.length > maxChars ? shorten(safe) : safe || 'file';
  const ascii = whole
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|%/g, '_');
  const plain = `attachment; filename="${ascii}"`;
  return ascii === whole ? plain : `${plain}; filename*=UTF-8''${encode(whole)}`;
}

/** Cuts the name before its ending. */
function shorten(name: string): string {
  const ending = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? '';
  return `${name
    .slice(0, maxChars - ending.length)
    .toWellFormed()
    .replace(/\ufffd$/, '')}${ending}`;
}
