import { describe, expect, it } from 'vitest';
import { imageInfo } from '../../src/workspace/image-info.ts';

const fromHex = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** The bytes, and zeros up to the length of a small image. */
const bytes = (hex: string): Uint8Array => {
  const head = fromHex(hex);
  return Buffer.concat([head, Buffer.alloc(Math.max(0, 40 - head.byteLength))]);
};

const png = '89504e470d0a1a0a 0000000d 49484452 00000320 00000258';
const gif = '474946383961 2003 5802';
const lossyWebp = '52494646 00000000 57454250 56503820 00000000 000000 9d012a 2003 5802';

it.each([
  ['a PNG', png, 'image/png', 800, 600],
  ['a GIF', gif, 'image/gif', 800, 600],
  ['a GIF of the first kind', '474946383761 2003 5802', 'image/gif', 800, 600],
  ['a lossy WebP', lossyWebp, 'image/webp', 800, 600],
  ['a lossless WebP', '52494646 00000000 57454250 5650384c 00000000 2f 1fc39500', 'image/webp', 800, 600],
  ['an extended WebP', '52494646 00000000 57454250 56503858 0a000000 00000000 1f0300 570200', 'image/webp', 800, 600],
  ['a JPEG', 'ffd8 ffe0 0004 0000 ffff dbff db0004 0000', null, 0, 0],
  ['a JPEG with its frame', 'ffd8 ffe0 0004 0000 ff ffc2 0011 08 0258 0320', 'image/jpeg', 800, 600],
  ['a text', '48656c6c6f', null, 0, 0],
  ['a RIFF that is no image', '52494646 00000000 57415645', null, 0, 0],
])('reads %s', (_, hex, type, width, height) => {
  expect(imageInfo(bytes(hex))).toEqual(type === null ? null : { type, width, height });
});

it.each([
  ['a PNG that does not begin with its header', '89504e470d0a1a0a 0000000d 49444154 00000320 00000258'],
  ['the header of a PNG in another format', '8a4d4e470d0a1a0a 0000000d 49484452 00000320 00000258'],
  ['a GIF of no known kind', '474946383861 2003 5802'],
  ['the beginning of a WebP in a sound', '52494646 00000000 57415645 56503820 00000000 000000 9d012a 2003 5802'],
  ['the name of WebP outside of a RIFF', '58494646 00000000 57454250 56503820 00000000 000000 9d012a 2003 5802'],
  ['a WebP of no known kind', '52494646 00000000 57454250 414c5048 00000000 00000000 1f0300 570200'],
  ['the frame of a JPEG in another format', 'fed8 ffc0 0011 08 0258 0320'],
  ['a JPEG with something between its segments', 'ffd8 ffe0 0004 0000 00c0 0011 08 0258 0320'],
])('takes for no image %s', (_, hex) => {
  expect(imageInfo(bytes(hex))).toBeNull();
});

describe('a JPEG', () => {
  const photo = { type: 'image/jpeg', width: 800, height: 600 };

  it.each(['c0', 'c1', 'c3', 'c5', 'c7', 'c9', 'cb', 'cd', 'cf'])('has its size in the frame header %s', (marker) => {
    expect(imageInfo(bytes(`ffd8 ffdb 0004 0000 ff${marker} 0011 08 0258 0320`))).toEqual(photo);
  });

  it.each(['c4', 'c8', 'cc', 'bf', 'db', 'e0', 'fe'])(
    'has no size in a segment %s, which may precede the frame',
    (marker) => {
      expect(imageInfo(bytes(`ffd8 ff${marker} 0009 08 0102 0304 0000 ffc0 0011 08 0258 0320`))).toEqual(photo);
    },
  );

  it('is read to its last byte, and no further', () => {
    const whole = fromHex(`ffd8 ffe0 0016 ${'00'.repeat(20)} ffc0 0011 08 0258 0320`);
    expect(imageInfo(whole)).toEqual(photo);
    expect(imageInfo(whole.subarray(0, -1))).toBeNull();
  });
});

it.each([png, gif, lossyWebp, 'ffd8 ffc0 0011 08 0258 0320'])(
  'reads the first 30 bytes, and nothing from less: %s',
  (hex) => {
    expect(imageInfo(bytes(hex).subarray(0, 30))).toMatchObject({ width: 800, height: 600 });
    for (const length of [0, 5, 10, 29]) expect(imageInfo(bytes(hex).subarray(0, length))).toBeNull();
  },
);
