/** A PNG of these pixels by its header alone, with zeros up to a length in bytes. */
export function pngHeader(width: number, height: number, bytes = 64): Buffer {
  const image = Buffer.alloc(bytes);
  image.write('\x89PNG\r\n\x1a\n', 'latin1');
  image.writeUInt32BE(13, 8);
  image.write('IHDR', 12);
  image.writeUInt32BE(width, 16);
  image.writeUInt32BE(height, 20);
  return image;
}
