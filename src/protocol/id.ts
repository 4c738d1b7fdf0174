const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new random id of any kind: 128 bits in base32, 26 characters. Unguessable: some ids, such as a preview's label, grant access. */
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
