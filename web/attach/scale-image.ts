import type { PreparedFile } from './attachment.ts';
import { imageTypeOf } from './file-kinds.ts';

/** Pixels of the longer side; Claude itself scales larger images down. */
const maxSide = 1568;
/** Bytes of an image: as base64 they are the 5 MB that Claude accepts. */
const maxImageBytes = 3_750_000;

/** Scales an image down to what Claude accepts. Returns it unchanged if it is small enough, a refusal if it cannot be decoded. */
export async function scaleImage(file: File): Promise<PreparedFile> {
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
    return await redraw(bitmap, type);
  } finally {
    bitmap.close();
  }
}

async function redraw(bitmap: ImageBitmap, type: string): Promise<PreparedFile> {
  const factor = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * factor));
  const height = Math.max(1, Math.round(bitmap.height * factor));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) return { why: 'image' };
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  // A GIF loses its animation. An image that is too large in its own format becomes a JPEG.
  const first = await canvas.convertToBlob({ type: type === 'image/gif' ? 'image/png' : type, quality: 0.9 });
  const content =
    first.size <= maxImageBytes ? first : await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  return { content, type: content.type, scaled: { width, height } };
}
