/** Image formats that Claude accepts. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

export interface ImageInfo {
  type: ImageType;
  /** Pixels. */
  width: number;
  height: number;
}

/** Reads type and size from an image's first bytes, regardless of its name. Null where it has none of the four formats. */
export function imageInfo(bytes: Uint8Array): ImageInfo | null {
  if (bytes.byteLength < 30) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ascii = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  if (view.getUint32(0) === 0x89504e47 && ascii(12, 4) === 'IHDR')
    return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
  if (/^GIF8[79]a$/.test(ascii(0, 6)))
    return { type: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (ascii(0, 4) === 'RIFF' && ascii(8, 4) === 'WEBP') return webpInfo(view, ascii(12, 4));
  if (view.getUint16(0) === 0xffd8) return jpegInfo(view);
  return null;
}

/** Source: RFC 9649, section 2. */
function webpInfo(view: DataView, chunk: string): ImageInfo | null {
  const type = 'image/webp';
  if (chunk === 'VP8 ')
    return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk !== 'VP8X') return null;
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return { type, width: uint24(24) + 1, height: uint24(27) + 1 };
}

/** Reads on to the frame header. Source: ITU-T T.81, annex B. */
function jpegInfo(view: DataView): ImageInfo | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // 0xff before a marker is a fill byte.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
