import { createHash } from 'node:crypto';

/** A digest of text for entity tags and addresses: 128 bits of its SHA-256, without waiting (WebCrypto's are asynchronous). */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
