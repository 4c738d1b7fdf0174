import { describe, expect, it } from 'vitest';
import { ImageLoader } from '../../src/agent/request-images.ts';
import { assistantBlock, userBlock } from '../../src/agent/valid-blocks.ts';
import { pixel, readImage } from './generated-transcripts.ts';

const half = '\ud83d';
const repaired = '\ufffd';

describe('a block of a reply', () => {
  it.each([
    { type: 'text', text: 'Hello' },
    { type: 'thinking', thinking: '', signature: 's' },
    { type: 'redacted_thinking', data: 'd' },
    { type: 'tool_use', id: 'toolu_1', name: 'bash', input: { command: 'ls', deep: [{ a: 1 }] } },
    { type: 'tool_use', id: 'ü', name: 'bash', input: {} },
  ])('goes back as it is: %j', (block) => {
    expect(assistantBlock(block)).toBe(block);
  });

  it.each([
    [null],
    [undefined],
    [7],
    ['text'],
    [[]],
    [{}],
    [{ type: 'text' }],
    [{ type: 'text', text: 7 }],
    [{ type: 'text', text: '' }],
    [{ type: 'text', text: ' \x1f\n' }],
    [{ type: 'thinking', signature: 's' }],
    [{ type: 'thinking', thinking: 'T' }],
    [{ type: 'thinking', thinking: 7, signature: 's' }],
    [{ type: 'thinking', thinking: 'T', signature: 7 }],
    [{ type: 'thinking', thinking: 'T', signature: '' }],
    [{ type: 'thinking', thinking: half, signature: 's' }],
    [{ type: 'thinking', thinking: 'T', signature: half }],
    [{ type: 'redacted_thinking' }],
    [{ type: 'redacted_thinking', data: 7 }],
    [{ type: 'redacted_thinking', data: '' }],
    [{ type: 'redacted_thinking', data: half }],
    [{ type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }],
    [{ type: 'image', source: { type: 'url', url: 'https://example.com' } }],
  ])('is left out where Claude would refuse it: %j', (block) => {
    expect(assistantBlock(block)).toBeNull();
  });

  it.each([
    [
      { type: 'text', text: `a${half}` },
      { type: 'text', text: `a${repaired}` },
    ],
    [
      { type: 'text', text: 'Seen.', citations: null },
      { type: 'text', text: 'Seen.' },
    ],
    [
      { type: 'thinking', thinking: 'T', signature: 's', extra: 1 },
      { type: 'thinking', thinking: 'T', signature: 's' },
    ],
    [
      { type: 'redacted_thinking', data: 'd', extra: 1 },
      { type: 'redacted_thinking', data: 'd' },
    ],
    [{ type: 'tool_use' }, { type: 'tool_use', id: '', name: 'unknown_tool_without_name', input: {} }],
    [
      { type: 'tool_use', id: 7, name: 'a b', input: [1] },
      { type: 'tool_use', id: '', name: 'unknown_tool_a_b', input: {} },
    ],
    [
      { type: 'tool_use', id: 'a', name: 'bash', input: null },
      { type: 'tool_use', id: 'a', name: 'bash', input: {} },
    ],
    [
      { type: 'tool_use', id: 'a', name: 'bash', input: { deep: [half] }, caller: null },
      { type: 'tool_use', id: 'a', name: 'bash', input: { deep: [repaired] } },
    ],
  ])('is repaired where that keeps its sense: %j', (block, expected) => {
    expect(assistantBlock(block)).toEqual(expected);
  });
});

const blockOf = (block: unknown) => userBlock(block, new ImageLoader([], readImage));
const text = (words: string) => ({ type: 'text', text: words });
const image = { type: 'image', source: { type: 'url', url: 'blob:pixel:70:image/png' } };
const loaded = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: pixel.toString('base64') },
};
const result = (rest: object) => ({ type: 'tool_result', tool_use_id: 'toolu_1', ...rest });

describe('a block of a user message', () => {
  it.each([
    [text('Hello')],
    [loaded],
    [result({})],
    [result({ content: '' })],
    [result({ content: 'ok' })],
    [result({ content: [] })],
    [result({ content: [text('a'), loaded] })],
    [result({ content: 'ok', is_error: false })],
    [result({ content: [text('No.')], is_error: true })],
  ])('goes to Claude as it is: %j', (block) => {
    expect(blockOf(block)).toBe(block);
  });

  it.each([[null], ['text'], [[]], [text(' ')], [{ type: 'tool_use', id: 'a', name: 'bash', input: {} }]])(
    'is left out where Claude would refuse it: %j',
    (block) => {
      expect(blockOf(block)).toBeNull();
    },
  );

  it('has the bytes of its picture', () => {
    expect(blockOf(image)).toEqual(loaded);
    expect(blockOf(result({ content: [image] }))).toEqual(result({ content: [loaded] }));
  });

  it.each([
    ['has fields that no result has', { content: 'ok', extra: 1 }, { content: 'ok' }],
    ['has an id that is none', { tool_use_id: 7 }, { tool_use_id: '7' }],
    ['says neither yes nor no to an error', { content: 'ok', is_error: 'yes' }, { content: 'ok' }],
    ['has content of no kind', { content: 7 }, {}],
    ['has white space', { content: ' \n' }, { content: '(white space)' }],
    ['has half a character', { content: half }, { content: repaired }],
    ['is an error without content', { is_error: true }, { is_error: true, content: '(no message)' }],
    ['is an empty error', { content: '', is_error: true }, { content: '(no message)', is_error: true }],
    ['is an error of no parts', { content: [], is_error: true }, { content: '(no message)', is_error: true }],
    ['is an error of white space', { content: ' ', is_error: true }, { content: '(white space)', is_error: true }],
    [
      'is an error with a picture',
      { content: [image, text('No.')], is_error: true },
      { content: [text('No.')], is_error: true },
    ],
    ['is an error of a picture', { content: [image], is_error: true }, { content: '(no message)', is_error: true }],
    ['has a part of white space', { content: [text('a'), text(' ')] }, { content: [text('a')] }],
    ['has only parts of white space', { content: [text(' ')] }, { content: '(white space)' }],
    ['has a part that is none', { content: [null, text('a'), { type: 'document' }] }, { content: [text('a')] }],
    [
      'has a part with half a character',
      { content: [text('a'), text(half)] },
      { content: [text('a'), text(repaired)] },
    ],
  ])('is repaired where a result %s', (_what, stored, expected) => {
    expect(blockOf(result(stored))).toEqual(result(expected));
  });
});
