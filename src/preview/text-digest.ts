import { createHash } from 'node:crypto';

/** A digest for entity tags and URLs: 128 bits of SHA-256 in hex. Synchronous, which WebCrypto's digests are not. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
