import { Buffer } from 'node:buffer';
import type Anthropic from '@anthropic-ai/sdk';
import { type ImageType, imageInfo } from '../workspace/image-info.ts';
import { imageTokens, tokensOfBytes } from './token-estimate.ts';

/**
 * Images in the transcript.
 *
 * The transcript refers to an image by its hash; its bytes are inserted when a request is built, for the images that compaction has
 * left. So neither the rows nor the memory of a session fill with base64.
 */

/** Bytes of one image: 5 MB as base64. Source: https://platform.claude.com/docs/en/build-with-claude/vision */
const maxImageBytes = 3_750_000;
/** Pixels of the longer side, in a request with more than `manyImages`, which a request may come to have. */
const maxSidePixels = 2000;
/** The same in a request with fewer. */
const maxLoneSidePixels = 8000;
const manyImages = 20;
/** Images in one request. */
export const maxImages = 100;
/** Bytes of the images of one prompt. */
const maxPromptBytes = 8_000_000;
/** Images of one prompt. */
const maxPromptImages = maxImages / 2;
/** Bytes of all images in one request: below 32 MB as base64, with room for the rest, and small enough for the memory of an object. */
export const maxRequestBytes = 16_000_000;

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
  let places = maxPromptImages;
  return files.flatMap(({ hash, bytes, read }) => {
    if (places === 0 || bytes > maxImageBytes || bytes > room) return [];
    const content = read();
    const info = content && imageInfo(content);
    if (!info || info.width === 0 || info.height === 0 || Math.max(info.width, info.height) > maxSidePixels) return [];
    room -= bytes;
    places -= 1;
    return [{ type: info.type, hash, bytes }];
  });
}

/** The placeholder block of an image in the transcript, until its bytes are loaded. */
export function imageBlock({ type, hash, bytes }: ImageRef): Anthropic.ImageBlockParam {
  return { type: 'image', source: { type: 'url', url: `blob:${hash}:${bytes}:${type}` } };
}

function sourceOf(block: object): Record<string, unknown> {
  const source: unknown = 'source' in block ? block.source : null;
  return typeof source === 'object' && source !== null ? { ...source } : {};
}

function refOf({ type, url }: Record<string, unknown>): ImageRef | null {
  if (type !== 'url' || typeof url !== 'string') return null;
  const [scheme, hash, bytes, mediaType] = url.split(':');
  if (scheme !== 'blob' || !hash || !mediaType) return null;
  return { hash, bytes: Number(bytes) || 0, type: mediaType as ImageType };
}

/** The hash of an image that stands in the transcript as its placeholder; null for any other block. */
export const imageHash = (block: object): string | null => refOf(sourceOf(block))?.hash ?? null;

/** Images in a block: itself, or those of a tool result. */
function imagesIn(block: unknown): object[] {
  if (typeof block !== 'object' || block === null || !('type' in block)) return [];
  if (block.type === 'image') return [block];
  return block.type === 'tool_result' && 'content' in block && Array.isArray(block.content)
    ? block.content.flatMap(imagesIn)
    : [];
}

/** What a block's images come to in a request. */
export function imageLoad(block: unknown): { images: number; bytes: number } {
  const images = imagesIn(block);
  const bytes = images.reduce((sum: number, image) => {
    const source = sourceOf(image);
    const inline = typeof source.data === 'string' ? Math.ceil((source.data.length * 3) / 4) : 0;
    return sum + (refOf(source)?.bytes ?? inline);
  }, 0);
  return { images: images.length, bytes };
}

const loadsOf = ({ content }: Anthropic.MessageParam) => (Array.isArray(content) ? content.map(imageLoad) : []);

const imageCount = (messages: readonly Anthropic.MessageParam[]): number =>
  messages.flatMap(loadsOf).reduce((sum, { images }) => sum + images, 0);

/** Whether a message has images. */
export const hasImages = (message: Anthropic.MessageParam): boolean => imageCount([message]) > 0;

/** Bytes of all images that the messages refer to. */
export const imageBytes = (messages: readonly Anthropic.MessageParam[]): number =>
  messages.flatMap(loadsOf).reduce((sum, { bytes }) => sum + bytes, 0);

/** Reads a content by its hash; null where it is gone. */
export type ReadImage = (hash: string) => Uint8Array | null;

/**
 * Puts the bytes of images into a request. An image that the API would refuse, by its size or by its header, gives way to a text that
 * says so. Which images those are follows from the images before, and from whether there are more than `manyImages` in all.
 */
export class ImageLoader {
  readonly #read: ReadImage;
  readonly #maxSide: number;
  #images = 0;
  #bytes = 0;

  constructor(messages: readonly Anthropic.MessageParam[], read: ReadImage) {
    this.#read = read;
    this.#maxSide = imageCount(messages) > manyImages ? maxSidePixels : maxLoneSidePixels;
  }

  load(block: object): Anthropic.ImageBlockParam | Anthropic.TextBlockParam {
    const source = sourceOf(block);
    const ref = refOf(source);
    if (ref) {
      const bytes = this.#read(ref.hash);
      if (!bytes) return leftOut('[image that is gone]');
      const type = this.#accept(bytes);
      if (type === null) return leftOut(tooMuch);
      return { type: 'image', source: { type: 'base64', media_type: type, data: toBase64(bytes) } };
    }
    const { media_type, data } = source;
    if (typeof data !== 'string') return leftOut(tooMuch);
    const bytes = Buffer.from(data, 'base64');
    // Decoding skips what is no base64. A pattern over megabytes would want a stack as large.
    const type = toBase64(bytes) === data ? this.#accept(bytes) : null;
    if (type === null) return leftOut(tooMuch);
    return type === media_type && Object.keys(block).length === 2 && Object.keys(source).length === 3
      ? (block as Anthropic.ImageBlockParam)
      : { type: 'image', source: { type: 'base64', media_type: type, data } };
  }

  /** @returns the type of an image that may go into the request; null where it may not */
  #accept(bytes: Uint8Array): ImageType | null {
    const info = imageInfo(bytes);
    if (!info || info.width === 0 || info.height === 0 || Math.max(info.width, info.height) > this.#maxSide)
      return null;
    if (bytes.byteLength > maxImageBytes || this.#images >= maxImages) return null;
    if (this.#bytes + bytes.byteLength > maxRequestBytes) return null;
    this.#images += 1;
    this.#bytes += bytes.byteLength;
    return info.type;
  }
}

const tooMuch = '[image that Claude cannot be shown; the file is in the workspace]';

const leftOut = (text: string): Anthropic.TextBlockParam => ({ type: 'text', text });

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** The correction for base64 images, in tokens, to an estimate that counts all bytes as text. */
export function imageCorrection(messages: readonly Anthropic.MessageParam[]): number {
  return messages
    .flatMap(loadsOf)
    .reduce((sum, { images, bytes }) => sum + images * imageTokens - tokensOfBytes((bytes * 4) / 3), 0);
}
