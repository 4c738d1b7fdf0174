import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { buildRequest, requestTokens } from '../../src/agent/build-request.ts';
import { type AttachedFile, type ImageRef, imageBlock, imageBytes, imagesOf } from '../../src/agent/request-images.ts';
import { applyCompaction, planCompaction } from '../../src/agent/transcript-compaction.ts';
import { noCompaction, type TranscriptMessage } from '../../src/agent/transcript-message.ts';
import { TranscriptSizes } from '../../src/agent/transcript-sizes.ts';
import { validTranscript } from '../../src/agent/valid-transcript.ts';
import { findFault } from '../claude-simulator/validate-request.ts';
import { pngHeader } from '../support/png-header.ts';

const file = (content: Uint8Array, hash = 'h'): AttachedFile => ({
  hash,
  bytes: content.byteLength,
  read: () => content,
});
const user = (...content: Anthropic.ContentBlockParam[]): Anthropic.MessageParam => ({ role: 'user', content });
const text = (words: string) => ({ type: 'text' as const, text: words });
const ref = (hash: string, bytes: number): ImageRef => ({ type: 'image/png', hash, bytes });

describe('which files Claude looks at', () => {
  it('is told by their first bytes, their size and their sides', () => {
    expect(imagesOf([file(pngHeader(800, 600))])).toEqual([{ type: 'image/png', hash: 'h', bytes: 64 }]);
    expect(imagesOf([file(new TextEncoder().encode('text '.repeat(20)))])).toEqual([]);
    expect(imagesOf([file(pngHeader(2001, 10))])).toEqual([]);
    expect(imagesOf([file(pngHeader(0, 10))])).toEqual([]);
    expect(imagesOf([file(pngHeader(10, 10, 3_750_001))])).toEqual([]);
  });

  it('stops at what one prompt may carry', () => {
    const large = pngHeader(10, 10, 3_000_000);
    expect(imagesOf([file(large, 'a'), file(large, 'b'), file(large, 'c'), file(pngHeader(1, 1), 'd')])).toMatchObject([
      { hash: 'a' },
      { hash: 'b' },
      { hash: 'd' },
    ]);
  });

  it('does not read what is too large', () => {
    const read = () => {
      throw new Error('read');
    };
    expect(imagesOf([{ hash: 'h', bytes: 20_000_000, read }])).toEqual([]);
  });
});

describe('images in a request', () => {
  it('are put in when it is made', () => {
    const messages = [user(imageBlock(ref('a', 64)), imageBlock(ref('b', 3)), text('Look'))];
    const loaded = validTranscript(messages, (hash) => (hash === 'a' ? pngHeader(10, 10) : null));
    const data = Buffer.from(pngHeader(10, 10)).toString('base64');
    expect(loaded).toEqual([
      user(
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
        text('[image that is gone]'),
        text('Look'),
      ),
    ]);
    expect(imageBytes(messages)).toBe(67);
  });

  it.each([
    ['that is none', 1, Uint8Array.from({ length: 64 })],
    ['with a side above 8000 pixels', 1, pngHeader(8001, 10)],
    ['with a side above 2000 pixels, among more than twenty', 21, pngHeader(2001, 10)],
    ['of more than 5 MB as base64', 1, pngHeader(10, 10, 3_932_163)],
    ['beyond the hundredth', 101, pngHeader(10, 10)],
  ])('give way to a text where they are one %s', (_what, count, content) => {
    const blocks = Array.from({ length: count }, () => imageBlock(ref('a', content.byteLength)));
    const sent = validTranscript([user(...blocks)], () => content);
    expect(sent).toMatchObject([{ content: expect.arrayContaining([{ type: 'text', text: expect.any(String) }]) }]);
    expect(findFault(JSON.stringify({ model: 'claude-x', max_tokens: 1, messages: sent }))).toBeNull();
    const raw = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: Buffer.from(content).toString('base64') },
    };
    const asIs = [{ role: 'user', content: blocks.map(() => raw) }];
    expect(findFault(JSON.stringify({ model: 'claude-x', max_tokens: 1, messages: asIs }))).not.toBeNull();
  });

  it('of one prompt are at most half of what a request may have', () => {
    expect(imagesOf(Array.from({ length: 60 }, () => file(pngHeader(1, 1))))).toHaveLength(50);
  });

  it('count for what Claude makes of them, not for their characters', () => {
    const data = 'A'.repeat(3_000_000);
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } } as const;
    const { tokens } = new TranscriptSizes([{ turn: 't', message: user(image, text('Look')) }]).of(noCompaction);
    expect(tokens).toBeGreaterThan(4_000);
    expect(tokens).toBeLessThan(6_000);
    const request = (messages: Anthropic.MessageParam[]) =>
      buildRequest({ model: 'claude-haiku-5-5', system: 's', shell: false, outputTokens: 1000, messages });
    expect(requestTokens(request([user(image)]))).toBeLessThan(
      requestTokens(request([user(text('x'.repeat(60_000)))])),
    );
  });
});

describe('compaction', () => {
  const turns = (count: number, bytes: number): TranscriptMessage[] =>
    Array.from({ length: count }, (_, n) => [
      { turn: `t${n}`, message: user(imageBlock(ref(`h${n}`, bytes)), text(`Prompt ${n}`)) },
      { turn: `t${n}`, message: { role: 'assistant' as const, content: [text('Done.')] } },
    ]).flat();

  it('leaves the images of old turns out before they outgrow a request, and never those of the newest', () => {
    const messages = turns(10, 3_000_000);
    const cut = planCompaction(messages, 200_000, noCompaction);
    const sent = applyCompaction(messages, cut);
    expect(imageBytes(sent)).toBeLessThanOrEqual(8_000_000);
    expect(imageBytes(sent.slice(-2))).toBe(3_000_000);
    expect(JSON.stringify(sent[0])).toContain('image left out');
    expect(planCompaction(messages, 200_000, cut)).toBe(cut);
  });

  it('leaves small images alone', () => {
    const messages = turns(10, 30_000);
    expect(planCompaction(messages, 200_000, noCompaction)).toBe(noCompaction);
  });
});
