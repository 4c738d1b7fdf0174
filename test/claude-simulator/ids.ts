const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** An id in Anthropic's format: the prefix, the format's version `01`, 22 characters of base 58. */
export function newId(prefix: 'msg' | 'toolu' | 'req'): string {
  const random = crypto.getRandomValues(new Uint8Array(22));
  return `${prefix}_01${Array.from(random, (byte) => alphabet[byte % alphabet.length]).join('')}`;
}
