import { expect, it } from 'vitest';
import { imageInfo } from '../../src/workspace/image-info.ts';

const bytes = (hex: string): Uint8Array => {
  const head = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return Buffer.concat([head, Buffer.alloc(Math.max(0, 40 - head.byteLength))]);
};

it.each([
  ['a PNG', '89504e470d0a1a0a 0000000d 49484452 00000320 00000258', 'image/png', 800, 600],
  ['a GIF', '474946383961 2003 5802', 'image/gif', 800, 600],
  ['a lossy WebP', '52494646 00000000 57454250 56503820 00000000 000000 9d012a 2003 5802', 'image/webp', 800, 600],
  ['a lossless WebP', '52494646 00000000 57454250 5650384c 00000000 2f 1fc39500', 'image/webp', 800, 600],
  ['an extended WebP', '52494646 00000000 57454250 56503858 0a000000 00000000 1f0300 570200', 'image/webp', 800, 600],
  ['a JPEG', 'ffd8 ffe0 0004 0000 ffff dbff db0004 0000', null, 0, 0],
  ['a JPEG with its frame', 'ffd8 ffe0 0004 0000 ff ffc2 0011 08 0258 0320', 'image/jpeg', 800, 600],
  ['a text', '48656c6c6f', null, 0, 0],
  ['a RIFF that is no image', '52494646 00000000 57415645', null, 0, 0],
])('reads %s', (_, hex, type, width, height) => {
  expect(imageInfo(bytes(hex))).toEqual(type === null ? null : { type, width, height });
});

it('reads nothing from what is too short', () => {
  expect(imageInfo(bytes('').subarray(0, 5))).toBeNull();
});
