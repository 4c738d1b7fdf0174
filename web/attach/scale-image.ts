import { readProblem, toApiError } from '../api/api-error.ts';
import type { Prepared } from './attachments.ts';
import { imageTypeOf, kindOf } from './file-kinds.ts';

/** Pixels of the longer side beyond which Claude scales an image down itself. */
const maxSide = 1568;
/** Bytes of an image: as base64 they are the 5 MB that Claude takes. */
const maxImageBytes = 3_750_000;
/** Bytes at the beginning of a text that are looked at. */
const looked = 64 * 1024;

/** Looks into a file, and scales an image down to what Claude takes. */
export async function prepare(file: File): Promise<Prepared> {
  if (kindOf(file) === 'image') return prepareImage(file);
  return (await isText(file)) ? { content: file, type: 'text/plain', scaled: null } : { why: 'binary' };
}

async function isText(file: File): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, looked).arrayBuffer());
  if (head.includes(0)) return false;
  try {
    // The last character may be cut off.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

async function prepareImage(file: File): Promise<Prepared> {
  const type = imageTypeOf(file);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return { why: 'image' };
  }
  const { width, height } = bitmap;
  try {
    if (Math.max(width, height) <= maxSide && file.size <= maxImageBytes) return { content: file, type, scaled: null };
    return await scaled(bitmap, type);
  } finally {
    bitmap.close();
  }
}

async function scaled(bitmap: ImageBitmap, type: string): Promise<Prepared> {
  const factor = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * factor));
  const height = Math.max(1, Math.round(bitmap.height * factor));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) return { why: 'image' };
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  // A GIF becomes a still. What is too large without loss goes as a photograph would.
  const first = await canvas.convertToBlob({ type: type === 'image/gif' ? 'image/png' : type, quality: 0.9 });
  const content =
    first.size <= maxImageBytes ? first : await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  return { content, type: content.type, scaled: { width, height } };
}

/**
 * Puts a file into the workspace.
 *
 * @param onShare told how much of it is up, as a fraction: `fetch` does not say
 * @returns the version that it made
 * @throws ApiError
 */
export function upload(url: string, content: Blob, onShare: (share: number) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(Number(JSON.parse(request.responseText).version));
      else readProblem(new Response(request.responseText, { status: request.status })).then(reject, reject);
    };
    request.onerror = () => reject(toApiError(null));
    request.onabort = request.onerror;
    request.send(content);
  });
}
