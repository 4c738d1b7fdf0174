import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import {
  type AttachedFile,
  hasImages,
  ImageLoader,
  imageBlock,
  imageBytes,
  imageCorrection,
  imageHash,
  imageLoad,
  imagesOf,
} from '../../src/agent/request-images.ts';
import { pngHeader } from '../support/png-header.ts';

const text = (words: string) => ({ type: 'text' as const, text: words });
const url = (address: unknown) => ({ type: 'image', source: { type: 'url', url: address } });
const inline = (data: unknown, media_type = 'image/png') => ({
  type: 'image',
  source: { type: 'base64', media_type, data },
});
const ref = (bytes: number, hash = 'h') => imageBlock({ type: 'image/png', hash, bytes });
const result = (content: unknown) => ({ type: 'tool_result', tool_use_id: 'a', content });
const user = (content: unknown) => ({ role: 'user', content }) as Anthropic.MessageParam;
const refused = text('[image that Claude cannot be shown; the file is in the workspace]');

describe('files that a prompt shows to Claude', () => {
  const file = (content: Uint8Array | null, bytes = content?.byteLength ?? 1): AttachedFile => ({
    hash: 'h',
    bytes,
    read: () => content,
  });
  const isShown = (...files: AttachedFile[]) => imagesOf(files).length === files.length;

  it('have sides of 1 to 2000 pixels', () => {
    expect(isShown(file(pngHeader(2000, 1)), file(pngHeader(1, 2000)))).toBe(true);
    for (const [width, height] of [
      [2001, 1],
      [1, 2001],
      [0, 1],
      [1, 0],
    ] as const)
      expect(imagesOf([file(pngHeader(width, height))])).toEqual([]);
  });

  it('are there, and are images', () => {
    expect(imagesOf([file(null), file(Buffer.alloc(64)), file(pngHeader(1, 1))])).toEqual([
      { type: 'image/png', hash: 'h', bytes: 64 },
    ]);
  });

  it('have 3.75 MB each and 8 MB together at most', () => {
    const small = pngHeader(1, 1);
    expect(isShown(file(small, 3_750_000))).toBe(true);
    expect(isShown(file(small, 3_750_001))).toBe(false);
    expect(isShown(file(small, 3_750_000), file(small, 3_750_000), file(small, 500_000))).toBe(true);
    expect(isShown(file(small, 3_750_000), file(small, 3_750_000), file(small, 500_001))).toBe(false);
  });
});

describe('the placeholder of a picture', () => {
  it('keeps which file it is, and how large', () => {
    const block = imageBlock({ type: 'image/webp', hash: 'abc', bytes: 12 });
    expect(imageHash(block)).toBe('abc');
    expect(imageLoad(block)).toEqual({ images: 1, bytes: 12 });
  });

  it.each([
    [text('blob:h:1:image/png')],
    [{ type: 'image' }],
    [{ type: 'image', source: null }],
    [{ type: 'image', source: 'blob:h:1:image/png' }],
    [{ type: 'image', source: { type: 'base64', url: 'blob:h:1:image/png' } }],
    [url(7)],
    [url('https:h:1:image/png')],
    [url('blob::1:image/png')],
    [url('blob:h:1')],
  ])('is no other block: %j', (block) => {
    expect(imageHash(block)).toBeNull();
  });
});

describe('what pictures weigh', () => {
  it('is counted in prompts and in results', () => {
    expect(imageLoad(ref(7))).toEqual({ images: 1, bytes: 7 });
    expect(imageLoad(inline('A'.repeat(10)))).toEqual({ images: 1, bytes: 8 });
    expect(imageLoad(result([ref(7), text('x'), inline('A'.repeat(4))]))).toEqual({ images: 2, bytes: 10 });
    expect(imageLoad(url('blob:h:many:image/png'))).toEqual({ images: 1, bytes: 0 });
    expect(imageLoad(url('https://example.com'))).toEqual({ images: 1, bytes: 0 });
    for (const other of [null, 'text', 7, {}, text('x'), result('x'), result(undefined), { type: 'tool_result' }])
      expect(imageLoad(other)).toEqual({ images: 0, bytes: 0 });
    expect(imageLoad({ type: 'text', content: [ref(7)] })).toEqual({ images: 0, bytes: 0 });
  });

  it('is summed over messages', () => {
    const messages = [user('x'), user([ref(3), text('x'), ref(4)]), user([result([ref(30)])])];
    expect(imageBytes(messages)).toBe(37);
    expect(messages.map(hasImages)).toEqual([false, true, true]);
    expect(hasImages(user([text('x')]))).toBe(false);
  });

  it('corrects an estimate of tokens that takes their characters for text', () => {
    expect(imageCorrection([user([ref(9_000), text('x')]), user('x'), user([ref(900)])])).toBe(2 * 5_000 - 4_000 - 400);
    expect(imageCorrection([user([text('x')])])).toBe(0);
  });
});

describe('a picture in a request', () => {
  const load = (block: object, content: Uint8Array | null = null, count = 1) =>
    new ImageLoader([user(Array.from({ length: count }, () => ref(1)))], () => content).load(block);
  const loaded = (content: Buffer) => inline(content.toString('base64'));

  it('has the bytes of its file, and their type', () => {
    const content = pngHeader(10, 10);
    expect(load(imageBlock({ type: 'image/webp', hash: 'h', bytes: 64 }), content)).toEqual(loaded(content));
    const within = Buffer.concat([Buffer.alloc(9), content, Buffer.alloc(9)]).subarray(9, 73);
    expect(load(ref(64), within)).toEqual(loaded(content));
    expect(load(ref(64))).toEqual(text('[image that is gone]'));
  });

  it('has sides of 1 to 8000 pixels, or to 2000 among more than twenty', () => {
    const isShown = (width: number, height: number, count: number) =>
      load(ref(64), pngHeader(width, height), count).type === 'image';
    expect([isShown(8000, 1, 20), isShown(1, 8000, 20), isShown(8001, 1, 20), isShown(1, 8001, 20)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([isShown(2000, 1, 21), isShown(2001, 1, 21)]).toEqual([true, false]);
    expect([isShown(0, 1, 1), isShown(1, 0, 1)]).toEqual([false, false]);
  });

  it('has at most 3.75 MB', () => {
    expect(load(ref(1), pngHeader(1, 1, 3_750_000)).type).toBe('image');
    expect(load(ref(1), pngHeader(1, 1, 3_750_001))).toEqual(refused);
    expect(load(ref(1), Buffer.alloc(64))).toEqual(refused);
  });

  it('is one of a hundred, and of 16 MB', () => {
    const small = new ImageLoader([], () => pngHeader(1, 1));
    const shown = Array.from({ length: 101 }, () => small.load(ref(1)).type);
    expect([shown.lastIndexOf('image'), shown.indexOf('text')]).toEqual([99, 100]);
    const sizes = [3_700_000, 3_700_000, 3_700_000, 3_700_000, 1_200_001, 1_200_000, 64];
    const contents = sizes.map((bytes) => pngHeader(1, 1, bytes));
    const large = new ImageLoader([], () => contents.shift() ?? null);
    expect(sizes.map(() => large.load(ref(1)).type)).toEqual([
      'image',
      'image',
      'image',
      'image',
      'text',
      'image',
      'text',
    ]);
  });

  it('that stands in the transcript goes as it is, where it is what it says', () => {
    const block = loaded(pngHeader(10, 10));
    expect(load(block)).toBe(block);
    const { data } = block.source;
    expect(load(inline(data, 'image/jpeg'))).toEqual(block);
    expect(load({ ...block, cache_control: null })).toEqual(block);
    expect(load({ ...block, source: { ...block.source, extra: 1 } })).toEqual(block);
  });

  it.each([
    [7],
    [undefined],
    [''],
    [pngHeader(10, 10).toString('base64').slice(1)],
    [`${pngHeader(10, 10).toString('base64')}ü===`],
    [`\n---${pngHeader(10, 10).toString('base64')}`],
    [Buffer.alloc(64).toString('base64')],
    [pngHeader(8001, 1).toString('base64')],
  ])('that stands in the transcript is left out where Claude would refuse it', (data) => {
    expect(load(inline(data))).toEqual(refused);
  });

  it('of an address, or of none, is left out', () => {
    for (const block of [url('https://example.com'), { type: 'image' }, { type: 'image', source: null }])
      expect(load(block)).toEqual(refused);
  });
});
