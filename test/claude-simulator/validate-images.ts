import { isObject, type Json } from './json.ts';

/** Source of the limits: https://platform.claude.com/docs/en/build-with-claude/vision */
const maxBase64Bytes = 5 * 1024 * 1024;
const maxSide = 8000;
const maxSideOfMany = 2000;
const many = 20;
const maxImages = 100;

const mediaTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** The fault of an image block by itself, from the path of its field on, or null. */
export function findImageFault({ source }: Json): string | null {
  if (!isObject(source)) return '.image.source: Field required';
  if (source.type === 'file') return null;
  if (source.type === 'url') {
    return /^https:\/\//.test(String(source.url)) ? null : '.image.source.url: Only HTTPS URLs are supported.';
  }
  if (source.type !== 'base64')
    return `.image.source: Input tag '${String(source.type)}' found using 'type' does not match any of the expected tags`;
  const extra = Object.keys(source).find((key) => !['type', 'media_type', 'data'].includes(key));
  if (extra) return `.image.source.base64.${extra}: Extra inputs are not permitted`;
  const { data, media_type } = source;
  if (!mediaTypes.includes(String(media_type)))
    return `.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`;
  if (typeof data !== 'string' || data === '') return '.image.source.base64: image cannot be empty';
  const bytes = Buffer.from(data, 'base64');
  if (bytes.toString('base64') !== data) return '.image.source.base64.data: The image data is not valid base64';
  if (data.length > maxBase64Bytes)
    return `.image.source.base64: image exceeds 5 MB maximum: ${data.length} bytes > ${maxBase64Bytes} bytes`;
  const image = readHeader(bytes);
  if (!image) return '.image.source.base64.data: Could not process image';
  if (image.type !== media_type) {
    return `.image.source.base64.data: The image was specified using the ${media_type} media type, but the image appears to be a ${image.type} image`;
  }
  return image.side > maxSide
    ? `.image.source.base64.data: At least one of the image dimensions exceed max allowed size: ${maxSide} pixels`
    : null;
}

/** The fault that a request's images have together, or null. */
export function findManyImagesFault(messages: readonly Json[]): string | null {
  const images = messages.flatMap(({ content }) => imagesIn(content));
  if (images.length > maxImages) return `messages: Too many images and documents: ${images.length} > ${maxImages}`;
  if (images.length <= many) return null;
  const isTooWide = images.some(({ source }) => {
    if (!isObject(source) || typeof source.data !== 'string') return false;
    return (readHeader(Buffer.from(source.data, 'base64'))?.side ?? 0) > maxSideOfMany;
  });
  return isTooWide
    ? `messages: At least one of the image dimensions exceed max allowed size for many-image requests: ${maxSideOfMany} pixels`
    : null;
}

function imagesIn(content: unknown): Json[] {
  if (!Array.isArray(content)) return [];
  return content.filter(isObject).flatMap((block) => {
    if (block.type === 'image') return [block];
    return block.type === 'tool_result' ? imagesIn(block.content) : [];
  });
}

/** Format and longer side of an image, by its own header; null where it has none. */
function readHeader(bytes: Buffer): { type: string; side: number } | null {
  const ascii = (from: number, to: number) => bytes.toString('latin1', from, to);
  const image = (type: string, ...sides: number[]) =>
    Math.min(...sides) > 0 ? { type, side: Math.max(...sides) } : null;
  try {
    if (ascii(0, 8) === '\x89PNG\r\n\x1a\n' && ascii(12, 16) === 'IHDR')
      return image('image/png', bytes.readUInt32BE(16), bytes.readUInt32BE(20));
    if (/^GIF8[79]a$/.test(ascii(0, 6))) return image('image/gif', bytes.readUInt16LE(6), bytes.readUInt16LE(8));
    if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return webp(bytes, ascii(12, 16), image);
    if (bytes.readUInt16BE(0) === 0xffd8) return jpeg(bytes, image);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

type Image = (type: string, ...sides: number[]) => { type: string; side: number } | null;

function webp(bytes: Buffer, chunk: string, image: Image) {
  if (chunk === 'VP8X') return image('image/webp', bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
  if (chunk === 'VP8 ') return image('image/webp', bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
  const bits = bytes.readUInt32LE(21);
  return chunk === 'VP8L' ? image('image/webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1) : null;
}

function jpeg(bytes: Buffer, image: Image) {
  for (let at = 2; bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    while (bytes[at + 1] === 0xff) at += 1;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return image('image/jpeg', bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7));
  }
  return null;
}
