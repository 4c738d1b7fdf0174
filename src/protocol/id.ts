const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new id, of whatever kind: 128 random bits in base32, 26 characters. Nobody guesses one: some, such as a preview's label, are keys. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let id = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id += alphabet[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return id + alphabet[(value << (5 - bits)) & 31];
}
