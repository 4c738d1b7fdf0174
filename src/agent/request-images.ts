import type Anthropic from '@anthropic-ai/sdk';
import { type ImageType, imageInfo } from '../workspace/image-info.ts';

/**
 * Images in the transcript.
 *
 * The transcript refers to an image by its hash; its bytes are inserted when a request is built, for the images that compaction has
 * left. So neither the rows nor the memory of a session fill with base64.
 */

/** Bytes of one image: 5 MB as base64. Source: https://platform.claude.com/docs/en/build-with-claude/vision */
const maxImageBytes = 3_750_000;
/** Pixels of the longer side: the API's limit for requests with more than 20 images, which a request may come to have. */
const maxSidePixels = 2000;
/** Bytes of the images of one prompt. */
const maxPromptBytes = 8_000_000;
/** Bytes of all images in one request: below 32 MB as base64, with room for the rest, and small enough for the memory of an object. */
export const maxRequestBytes = 16_000_000;

/** Tokens that an image counts as: the maximum of newer models, for about 2576 pixels on its longer side. */
const imageTokens = 5_000;

/** A reference to an image in the workspace. */
export interface ImageRef {
  type: ImageType;
  hash: string;
  bytes: number;
}

export interface AttachedFile {
  hash: string;
  bytes: number;
  read(): Uint8Array | null;
}

/** The attached files that Claude can see as images. It may still read the others as files. */
export function imagesOf(files: readonly AttachedFile[]): ImageRef[] {
  let room = maxPromptBytes;
  return files.flatMap(({ hash, bytes, read }) => {
    if (bytes > maxImageBytes || bytes > room) return [];
    const content = read();
    const info = content && imageInfo(content);
    if (!info || info.width === 0 || info.height === 0 || Math.max(info.width, info.height) > maxSidePixels) return [];
    room -= bytes;
    return [{ type: info.type, hash, bytes }];
  });
}

/** The placeholder block of an image in the transcript, until its bytes are loaded. */
export function imageBlock({ type, hash, bytes }: ImageRef): Anthropic.ImageBlockParam {
  return { type: 'image', source: { type: 'url', url: `blob:${hash}:${bytes}:${type}` } };
}

function refOf(block: Anthropic.ContentBlockParam): ImageRef | null {
  if (block.type !== 'image' || block.source.type !== 'url') return null;
  const [scheme, hash, bytes, type] = block.source.url.split(':');
  if (scheme !== 'blob' || !hash || !type) return null;
  return { hash, bytes: Number(bytes), type: type as ImageType };
}

const blocksOf = (message: Anthropic.MessageParam): readonly Anthropic.ContentBlockParam[] =>
  message.role === 'system' || typeof message.content === 'string' ? [] : message.content;

/** Bytes of all images that the messages refer to. */
export function imageBytes(messages: readonly Anthropic.MessageParam[]): number {
  return messages.flatMap(blocksOf).reduce((sum, block) => sum + (refOf(block)?.bytes ?? 0), 0);
}

/** Inserts the bytes of images into messages. @param read a content by its hash, or null where it is gone */
export function loadImages(
  messages: readonly Anthropic.MessageParam[],
  read: (hash: string) => Uint8Array | null,
): Anthropic.MessageParam[] {
  return messages.map((message): Anthropic.MessageParam => {
    const blocks = blocksOf(message);
    if (message.role === 'system' || !blocks.some((block) => refOf(block))) return message;
    return { role: message.role, content: blocks.map((block) => loaded(block, read)) };
  });
}

function loaded(
  block: Anthropic.ContentBlockParam,
  read: (hash: string) => Uint8Array | null,
): Anthropic.ContentBlockParam {
  const ref = refOf(block);
  if (!ref) return block;
  const bytes = read(ref.hash);
  if (!bytes) return { type: 'text', text: '[image that is gone]' };
  return { type: 'image', source: { type: 'base64', media_type: ref.type, data: toBase64(bytes) } };
}

function toBase64(bytes: Uint8Array): string {
  const piece = 0x8000;
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  return btoa(text);
}

/** The correction for images, in tokens, to an estimate that counts all characters as text. */
export function imageCorrection(
  messages: readonly Anthropic.MessageParam[],
  tokensOf: (chars: number) => number,
): number {
  return messages.flatMap(blocksOf).reduce((sum, block) => {
    if (block.type !== 'image') return sum;
    const chars = block.source.type === 'base64' ? block.source.data.length : 0;
    return sum + imageTokens - tokensOf(chars);
  }, 0);
}
