import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { foldTurn, shorten } from '../../src/agent/shorten-messages.ts';
import { type Compaction, noCompaction, type TranscriptMessage } from '../../src/agent/transcript-message.ts';
import { sentMessages, TranscriptSizes, turnStarts } from '../../src/agent/transcript-sizes.ts';

const user = (content: unknown) => ({ role: 'user', content }) as Anthropic.MessageParam;
const assistant = (content: unknown) => ({ role: 'assistant', content }) as Anthropic.MessageParam;
const text = (words: string) => ({ type: 'text', text: words });
const thinking = (words: string) => ({ type: 'thinking', thinking: words, signature: 's' });
const image = (bytes: number) => ({ type: 'image', source: { type: 'url', url: `blob:h:${bytes}:image/png` } });
const call = { type: 'tool_use', id: 'a', name: 'bash', input: { command: 'ls '.repeat(200) } };
const result = { type: 'tool_result', tool_use_id: 'a', content: 'file\n'.repeat(200) };

const message = (turn: string, one: Anthropic.MessageParam, rest = {}): TranscriptMessage => ({
  turn,
  message: one,
  ...rest,
});
const messages = [
  message('t1', user('Grüße 😀')),
  message('t1', assistant([thinking('Hm.'), text('Hi'), call])),
  message('t1', user([result, image(3_000)])),
  message('t1', assistant([text('Done.')])),
  message('t2', user([text('x'), image(1_000), image(2_000)]), { isLeftOut: true }),
  message('t3', user([text('More'), image(600)])),
  message('t3', assistant([redactedThinking('d'.repeat(50)), call])),
  message('t3', user([result])),
];

function redactedThinking(data: string) {
  return { type: 'redacted_thinking', data };
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Bytes of what is sent of a message, its pictures without their data. */
function textBytes({ message: one, isLeftOut }: TranscriptMessage, elide: boolean, unthink: boolean): number {
  if (isLeftOut) return 0;
  const { content } = shorten(one, elide, unthink);
  if (typeof content === 'string') return 35 + bytesOf(content);
  return content.reduce((sum, block) => sum + (block.type === 'image' ? 100 : bytesOf(block)), 35);
}

describe('the size of a transcript', () => {
  it.each<[string, Compaction, number]>([
    ['whole', noCompaction, 0],
    ['without thinking', { fold: 0, elide: 0, unthink: 8 }, 0],
    ['without the thinking of its first messages', { fold: 0, elide: 0, unthink: 6 }, 0],
    ['without long texts', { fold: 0, elide: 8, unthink: 8 }, 0],
    ['without the long texts of its first messages', { fold: 0, elide: 2, unthink: 2 }, 0],
    ['with a summary of its first turn', { fold: 4, elide: 5, unthink: 5 }, 300],
    ['with a summary of two turns, one of them left out', { fold: 5, elide: 5, unthink: 5 }, 300],
    ['with a summary of all', { fold: 8, elide: 8, unthink: 8 }, 300],
  ])('%s is that of what goes to Claude', (_what, cut, around) => {
    const { fold, elide, unthink } = cut;
    const starts = turnStarts(messages).filter((start) => start < fold);
    const turns = starts.map((from, at) => sentMessages(messages.slice(from, starts[at + 1] ?? fold)));
    const folded = turns.filter((turn) => turn.length > 0).reduce((sum, turn) => sum + bytesOf(foldTurn(turn)), around);
    const bytes = messages
      .slice(fold)
      .reduce((sum, one, at) => sum + textBytes(one, at + fold < elide, at + fold < unthink), folded);
    const pictures = [3_000, 600].slice(elide > 5 ? 2 : elide > 2 ? 1 : 0);
    const imageBytes = pictures.reduce((sum, each) => sum + each, 0);
    expect(new TranscriptSizes(messages).of(cut)).toEqual({
      tokens: Math.ceil(bytes / 3) + pictures.length * 5_000,
      bytes: bytes + (imageBytes * 4) / 3,
      images: pictures.length,
      imageBytes,
    });
  });

  it('up to a message leaves out what follows', () => {
    const sizes = new TranscriptSizes(messages);
    const first = new TranscriptSizes(messages.slice(0, 3));
    for (const cut of [noCompaction, { fold: 0, elide: 2, unthink: 2 }, { fold: 0, elide: 3, unthink: 3 }])
      expect(sizes.of(cut, 3)).toEqual(first.of(cut));
    const beyond = { fold: 0, elide: 8, unthink: 8 };
    expect(sizes.of(beyond, 3)).toEqual(first.of({ fold: 0, elide: 3, unthink: 3 }));
    const { bytes } = sizes.of({ fold: 5, elide: 5, unthink: 5 }, 5);
    expect(sizes.of({ fold: 5, elide: 5, unthink: 5 }, 2)).toMatchObject({ bytes, images: 0 });
  });

  it('does not grow with what a summary leaves out', () => {
    const turns = (count: number) => Array.from({ length: count }, (_, n) => message(`t${n}`, user('x'.repeat(600))));
    const of = (count: number) => {
      const all = turns(count);
      return new TranscriptSizes(all).of({ fold: count, elide: count, unthink: count }).bytes;
    };
    expect(of(100)).toBe(300 + 100 * (600 + 12));
    expect(of(196)).toBe(300 + 196 * (600 + 12));
    expect(of(197)).toBe(300 + 120_000);
    expect(of(1_000)).toBe(300 + 120_000);
  });

  it('of a picture in a result counts the picture, not its data', () => {
    const data = 'A'.repeat(4_000);
    const shown = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
    expect(new TranscriptSizes([message('t', user([shown]))]).of(noCompaction)).toEqual({
      tokens: 45 + 5_000,
      bytes: 135 + 4_000,
      images: 1,
      imageBytes: 3_000,
    });
  });
});

it('a turn begins where the message before is of another turn', () => {
  expect(turnStarts(messages)).toEqual([0, 4, 5]);
  expect(turnStarts([])).toEqual([]);
});

it('what Claude has refused does not go to it', () => {
  expect(sentMessages(messages)).toEqual(messages.filter((_, at) => at !== 4).map((one) => one.message));
});
