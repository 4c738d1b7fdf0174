import { Buffer } from 'node:buffer';

/**
 * Bytes of UTF-8 per token, a low estimate: code has about 3.5, other scripts about 3. Counted in bytes because a Chinese character is
 * a token, and an emoji two.
 */
const bytesPerToken = 3;

/** Tokens that an image counts as: the maximum of newer models, for about 2576 pixels on its longer side. */
export const imageTokens = 5_000;

/** Tokens of a text of so many bytes, overestimated. */
export const tokensOfBytes = (bytes: number): number => Math.ceil(bytes / bytesPerToken);

/** Tokens of a value's JSON, overestimated. */
export const tokensOfJson = (value: unknown): number => tokensOfBytes(jsonBytes(value));

/** Bytes of a value's JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');
