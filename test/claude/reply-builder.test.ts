import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { ReplyBuilder, type ReplyListener } from '../../src/claude/reply-builder.ts';

/** An event of a stream, also of a gateway's that leaves fields out. */
type Event = { type: string; [field: string]: unknown };

const start = (block: object): Event => ({ type: 'content_block_start', index: 0, content_block: block });
const delta = (type: string, fields: object): Event => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type, ...fields },
});
const stop: Event = { type: 'content_block_stop', index: 0 };
const end: Event = { type: 'message_stop' };
const text = (words: string) => delta('text_delta', { text: words });
const thinking = (words: string) => delta('thinking_delta', { thinking: words });
const signature = (words: string) => delta('signature_delta', { signature: words });
const json = (part: string) => delta('input_json_delta', { partial_json: part });
const tool = (id: unknown, name: unknown = 'read_file', input: unknown = {}) =>
  start({ type: 'tool_use', id, name, input });

/** The reply of these events, and what its listener was told. */
function build(...events: Event[]) {
  const told: unknown[][] = [];
  const tell =
    (name: string) =>
    (...values: unknown[]) =>
      void told.push([name, ...values]);
  const listener: ReplyListener = {
    text: tell('text'),
    thinking: tell('thinking'),
    toolStart: tell('toolStart'),
    toolInput: tell('toolInput'),
    toolEnd: tell('toolEnd'),
  };
  const builder = new ReplyBuilder(listener);
  for (const event of events) builder.add(event as unknown as Anthropic.RawMessageStreamEvent);
  return { told, complete: builder.complete, ...builder.reply() };
}

describe('a text', () => {
  it('comes in pieces, the first of them with its block', () => {
    const { told, content } = build(start({ type: 'text', text: 'One' }), text(', two'), text('.'), stop, end);
    expect(told).toEqual([
      ['text', 'One'],
      ['text', ', two'],
      ['text', '.'],
    ]);
    expect(content).toEqual([{ type: 'text', text: 'One, two.' }]);
  });

  it('that begins empty is not told before its first piece', () => {
    expect(build(start({ type: 'text', text: '' }), stop, end)).toMatchObject({ told: [], content: [] });
  });

  it('is kept without the fields that only answers have', () => {
    const { content } = build(start({ type: 'text', text: 'Hi', citations: [] }), stop);
    expect(content).toEqual([{ type: 'text', text: 'Hi' }]);
  });

  it('of white space is told, but not kept', () => {
    const { told, content } = build(start({ type: 'text', text: '' }), text(' \n'), stop);
    expect(told).toEqual([['text', ' \n']]);
    expect(content).toEqual([]);
  });

  it('with half a character is kept with a replacement', () => {
    expect(build(start({ type: 'text', text: 'a\ud83d' }), stop).content).toEqual([{ type: 'text', text: 'a\ufffd' }]);
  });

  it('ends where the next block begins, or the message, though nobody says so', () => {
    const { content } = build(start({ type: 'text', text: 'One.' }), start({ type: 'text', text: 'Two.' }), end);
    expect(content).toEqual([
      { type: 'text', text: 'One.' },
      { type: 'text', text: 'Two.' },
    ]);
  });

  it('is kept once, though its end comes twice', () => {
    expect(build(start({ type: 'text', text: 'One.' }), stop, stop, end).content).toHaveLength(1);
  });
});

describe('thinking', () => {
  it('is told, and kept with its signature', () => {
    const { told, content } = build(
      start({ type: 'thinking', thinking: 'H', signature: 's' }),
      thinking('m.'),
      signature('ig'),
      signature('ned'),
      stop,
    );
    expect(told).toEqual([
      ['thinking', 'H'],
      ['thinking', 'm.'],
    ]);
    expect(content).toEqual([{ type: 'thinking', thinking: 'Hm.', signature: 'signed' }]);
  });

  it('gets its signature also where its block begins without the field', () => {
    const { told, content } = build(start({ type: 'thinking', thinking: '' }), signature('signed'), stop);
    expect(told).toEqual([]);
    expect(content).toEqual([{ type: 'thinking', thinking: '', signature: 'signed' }]);
  });

  it('without a signature is left out: the API would refuse it', () => {
    expect(build(start({ type: 'thinking', thinking: 'Hm.' }), stop, end).content).toEqual([]);
  });

  it('that is redacted is kept where it has data', () => {
    const { told, content } = build(
      start({ type: 'redacted_thinking', data: 'abc' }),
      stop,
      start({ type: 'redacted_thinking', data: '' }),
      stop,
    );
    expect(told).toEqual([]);
    expect(content).toEqual([{ type: 'redacted_thinking', data: 'abc' }]);
  });
});

describe('a tool call', () => {
  it('is told from its beginning to its input', () => {
    const { told, content } = build(tool('toolu_1'), json('{"path": '), json('"a.ts"}'), stop);
    expect(told).toEqual([
      ['toolStart', 'toolu_1', 'read_file'],
      ['toolInput', 'toolu_1', '{"path": '],
      ['toolInput', 'toolu_1', '"a.ts"}'],
      ['toolEnd', 'toolu_1', { path: 'a.ts' }],
    ]);
    expect(content).toEqual([{ type: 'tool_use', id: 'toolu_1', name: 'read_file', input: { path: 'a.ts' } }]);
  });

  it('gets an id of its own where its id is taken, or cannot be sent back', () => {
    const calls = build(tool('same'), tool('same'), tool('other'), tool('a b'), tool(''), tool(7), end).content;
    const ids = calls.map((call) => (call.type === 'tool_use' ? call.id : ''));
    expect([ids[0], ids[2]]).toEqual(['same', 'other']);
    for (const at of [1, 3, 4, 5]) expect(ids[at]).toMatch(/^toolu_[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(6);
  });

  it('is told under the id and the name that are kept', () => {
    const { told, content } = build(tool('a b', 'read file'), json('{}'), stop);
    const [call] = content;
    const id = call?.type === 'tool_use' ? call.id : '';
    expect(call).toEqual({ type: 'tool_use', id, name: 'unknown_tool_read_file', input: {} });
    expect(told.map(([, of]) => of)).toEqual([id, id, id]);
  });

  it.each<[string, unknown, string[], unknown]>([
    ['with its block', { a: '\ud83d' }, [], { a: '\ufffd' }],
    ['with its block, which is no object', [1], [], {}],
    ['with its block, which is null', null, [], {}],
    ['that replaces the one of its block', { a: 1 }, ['{"b":2}'], { b: 2 }],
    ['that is a list', {}, ['[1]'], { INVALID_JSON: '[1]' }],
    ['that is null', {}, ['null'], { INVALID_JSON: 'null' }],
    ['that is a string', {}, ['"x"'], { INVALID_JSON: '"x"' }],
    ['that is cut off', {}, ['{"a": "\ud83d'], { INVALID_JSON: '{"a": "\ufffd' }],
    ['that is cut off after much', {}, ['x'.repeat(1_000), 'y'], { INVALID_JSON: 'x'.repeat(1_000) }],
  ])('has an input %s', (_name, initial, pieces, input) => {
    const { told, content } = build(tool('toolu_1', 'x', initial), ...pieces.map(json), stop);
    expect(content).toEqual([{ type: 'tool_use', id: 'toolu_1', name: 'x', input }]);
    expect(told.at(-1)).toEqual(['toolEnd', 'toolu_1', input]);
  });
});

describe('what does not belong to the open block', () => {
  const pieces = [text('a'), thinking('b'), signature('c'), json('{"d":1}')];

  it('is left out before any block, and after it', () => {
    expect(build(...pieces, end)).toMatchObject({ told: [], content: [] });
    expect(build(start({ type: 'text', text: 'x' }), stop, ...pieces, end).told).toEqual([['text', 'x']]);
  });

  it('is left out of a block of another type, known or not', () => {
    const { told, content } = build(
      ...[start({ type: 'text', text: '' }), ...pieces, stop],
      ...[start({ type: 'thinking', thinking: '', signature: '' }), ...pieces, stop],
      ...[start({ type: 'redacted_thinking', data: 'r' }), ...pieces, stop],
      ...[tool('t', 'x'), ...pieces, stop],
      ...[start({ type: 'server_tool_use', id: 's' }), ...pieces, stop],
      end,
    );
    expect(content).toEqual([
      { type: 'text', text: 'a' },
      { type: 'thinking', thinking: 'b', signature: 'c' },
      { type: 'redacted_thinking', data: 'r' },
      { type: 'tool_use', id: 't', name: 'x', input: { d: 1 } },
    ]);
    expect(told.map(([name]) => name)).toEqual(['text', 'thinking', 'toolStart', 'toolInput', 'toolEnd']);
  });
});

describe('a reply', () => {
  it('is complete with `message_stop`, and not before', () => {
    const events = [start({ type: 'text', text: 'Hi' }), stop, { type: 'message_delta', delta: {} }];
    expect(build(...events).complete).toBe(false);
    expect(build(...events, { type: 'ping' }).complete).toBe(false);
    expect(build(...events, end).complete).toBe(true);
  });

  it('keeps its stop reason where a later event has none', () => {
    expect(build({ type: 'message_delta', delta: {} }).stopReason).toBeNull();
    const events = [
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_delta', delta: { stop_reason: null } },
    ];
    expect(build(...events).stopReason).toBe('tool_use');
  });

  it('counts the tokens that were told last, each by itself', () => {
    const counts = { input_tokens: 3, output_tokens: 1, cache_read_input_tokens: 4, cache_creation_input_tokens: 5 };
    const begun = { type: 'message_start', message: { usage: counts } };
    expect(build(begun).usage).toEqual({ inputTokens: 3, outputTokens: 1, cacheReadTokens: 4, cacheWriteTokens: 5 });
    const later = [
      { type: 'message_delta', delta: {}, usage: { output_tokens: 9, input_tokens: null } },
      { type: 'message_delta', delta: {}, usage: { input_tokens: 0 } },
      { type: 'message_delta', delta: {}, usage: null },
    ];
    expect(build(begun, ...later).usage).toEqual({
      inputTokens: 0,
      outputTokens: 9,
      cacheReadTokens: 4,
      cacheWriteTokens: 5,
    });
  });

  it('without counts has none', () => {
    expect(build({ type: 'message_start', message: {} }, end).usage).toEqual({
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    });
  });
});
