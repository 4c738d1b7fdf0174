import type Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { pngHeader } from '../support/png-header.ts';
import { signThinking } from './compose-message.ts';
import { findFault } from './validate-request.ts';

const good = { model: 'claude-sonnet-5-5', max_tokens: 10 };
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (...content: unknown[]) => ({ role: 'assistant', content });
const call = (id: string) => ({ type: 'tool_use', id, name: 'check_preview', input: {} });
const result = (tool_use_id: string, content: unknown = 'ok') => ({ type: 'tool_result', tool_use_id, content });
const text = (words: string) => ({ type: 'text', text: words });
const editor: Anthropic.ToolTextEditor20250728 = { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' };
const cached = { ...text('x'), cache_control: { type: 'ephemeral' } };
const thought = { type: 'thinking', thinking: 'Hm', signature: signThinking('Hm') };
const thinking = { type: 'enabled', budget_tokens: 1024 };
const data = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const image = (source: object = {}) => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data, ...source },
});
const png = (...size: Parameters<typeof pngHeader>): string => pngHeader(...size).toString('base64');
const bytesOf = (...parts: (string | number[])[]): string =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  ).toString('base64');
const gif = bytesOf('GIF89a', [2, 0, 3, 0]);
const webp = bytesOf('RIFF', [0, 0, 0, 0], 'WEBPVP8X', Array(8).fill(0), [9, 0, 0, 9, 0, 0]);
const jpeg = bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 9, 8, 0, 3, 0, 2, 0, 0]);

const faultOf = (body: object) => findFault(JSON.stringify(body));
const faultIn = (...messages: unknown[]) => faultOf({ ...good, messages })?.message ?? null;

test('a transcript of tools, thinking and merged roles is accepted', () => {
  const messages = [
    user('Build'),
    user([cached]),
    assistant(thought, text('Yes'), call('toolu_1'), call('toolu_2')),
    user([result('toolu_1'), result('toolu_2')]),
    user('and a thought'),
    assistant(thought, call('toolu_3')),
    user([result('toolu_3', [cached]), text('Go on')]),
  ];
  const body = { ...good, max_tokens: 4000, messages, thinking, system: [cached], tools: [editor], stream: true };
  expect(faultOf(body)).toBeNull();
});

test.each([
  ['no message', [], 'at least one message is required'],
  ['an assistant first', [assistant(text('Hi')), user('x')], 'first message must use the "user" role'],
  ['an assistant last', [user('x'), assistant(text('Hi'))], 'must end with a user message'],
  ['a system role', [{ role: 'system', content: 'x' }], 'Unexpected role "system"'],
  ['an empty text', [user([text('')])], 'text content blocks must be non-empty'],
  ['only white space', [user(' \n')], 'must contain non-whitespace text'],
  ['no content', [user('x'), assistant(), user('y')], 'messages.1: all messages must have non-empty content'],
  ['a call without result', [user('x'), assistant(call('a'), call('b')), user([result('a')])], 'immediately after: b'],
  ['a result after text', [user('x'), assistant(call('a')), user([text('y'), result('a')])], 'immediately after: a'],
  ['a result of nothing', [user('x'), assistant(text('y')), user([result('a')])], 'unexpected `tool_use_id`'],
  ['a result twice', [user('x'), assistant(call('a')), user([result('a'), result('a')])], 'multiple `tool_result`'],
  ['an id twice', [user('x'), assistant(call('a'), call('a')), user([result('a')])], 'ids must be unique'],
  ['a call of the user', [user([call('a')])], 'can only be in `assistant` messages'],
  ['a changed thought', [user('x'), assistant({ ...thought, thinking: 'Oh' }), user('y')], 'Invalid `signature`'],
  [
    'an empty error',
    [user('x'), assistant(call('a')), user([{ ...result('a', ''), is_error: true }])],
    'content cannot be empty if `is_error` is true',
  ],
  ['text that Python takes for white space', [user([text('\x1c\x1d\x1e\x1f\x85\u3000')])], 'non-whitespace text'],
  ['a string that Python takes for white space', [user('\x1f')], 'non-whitespace text'],
  ['a result of white space', [user('x'), assistant(call('a')), user([result('a', '\x1f')])], 'non-whitespace text'],
  [
    'a name of 129 characters',
    [user('x'), assistant({ ...call('a'), name: 'n'.repeat(129) })],
    'at most 128 characters',
  ],
  ['a name with a dot', [user('x'), assistant({ ...call('a'), name: 'a.b' })], 'tool_use.name: String should match'],
  ['no name', [user('x'), assistant({ ...call('a'), name: '' })], 'tool_use.name'],
  ['an id with a colon', [user('x'), assistant(call('functions.edit:0'))], 'tool_use.id: String should match'],
  [
    'an id twice in two replies',
    [user('x'), assistant(call('a')), user([result('a')]), assistant(call('a')), user([result('a')])],
    'ids must be unique',
  ],
  [
    'a list for an input',
    [user('x'), assistant({ ...call('a'), input: [] })],
    'input: Input should be a valid dictionary',
  ],
  ['a field of no block', [user([{ ...text('x'), seen: true }])], 'text.seen: Extra inputs are not permitted'],
  ['a field of no message', [{ role: 'user', content: 'x', turn: 1 }], 'messages.0.turn: Extra inputs'],
  ['a block of no type', [user([{ type: 'video' }])], "Input tag 'video'"],
  ['thinking at its end', [user('x'), assistant(text('y'), thought), user('z')], 'final block in an assistant message'],
  [
    'unsigned thinking',
    [user('x'), assistant({ ...thought, signature: '' }, text('y')), user('z')],
    'Invalid `signature`',
  ],
  [
    'empty redacted thinking',
    [user('x'), assistant({ type: 'redacted_thinking', data: '' }, text('y')), user('z')],
    'Invalid `data`',
  ],
  [
    'a picture in an error',
    [user('x'), assistant(call('a')), user([{ ...result('a', [image()]), is_error: true }])],
    'must be type "text"',
  ],
  ['a picture in another format', [user([image({ media_type: 'image/bmp' })])], 'media_type: Input should be'],
  [
    'a picture that is another than it says',
    [user([image({ media_type: 'image/jpeg' })])],
    'appears to be a image/png',
  ],
  ['a picture without a header', [user([image({ data: 'AAAA'.repeat(20) })])], 'Could not process image'],
  ['a picture that is no base64', [user([image({ data: 'a-b_' })])], 'not valid base64'],
  ['an empty picture', [user([image({ data: '' })])], 'image cannot be empty'],
  ['a picture above 5 MB', [user([image({ data: png(1, 1, 3_932_163) })])], 'image exceeds 5 MB maximum'],
  ['a side above 8000 pixels', [user([image({ data: png(1, 8001) })])], 'max allowed size: 8000 pixels'],
  [
    'a side above 2000 pixels among 21 pictures',
    [user(Array(21).fill(image({ data: png(2001, 1) })))],
    'many-image requests',
  ],
  ['101 pictures', [user(Array(101).fill(image()))], 'Too many images'],
  ['a picture from where no request goes', [user([image({ type: 'url', url: 'blob:x' })])], 'Only HTTPS URLs'],
  ['five breakpoints', [user([cached, cached, cached, cached, cached])], 'A maximum of 4 blocks'],
])('a transcript with %s is refused', (_what, messages, message) => {
  expect(faultIn(...messages)).toContain(message);
});

test.each([
  ['no max_tokens', { model: 'claude-x' }, 'max_tokens: Field required'],
  ['no model', { max_tokens: 1 }, 'model: Field required'],
  ['a foreign field', { ...good, retries: 3 }, 'retries: Extra inputs are not permitted'],
  ['a fraction of a token', { ...good, max_tokens: 1.5 }, 'max_tokens: Input should be a valid integer'],
  ['more thinking than output', { ...good, thinking }, '`max_tokens` must be greater'],
  ['an eager editor', { ...good, tools: [{ ...editor, eager_input_streaming: true }] }, 'Extra inputs'],
  ['a renamed editor', { ...good, tools: [{ ...editor, name: 'edit' }] }, 'str_replace_based_edit_tool'],
  ['a tool twice', { ...good, tools: [editor, editor] }, 'Tool names must be unique'],
  ['a tool without schema', { ...good, tools: [{ name: 'a' }] }, 'tools.0.custom.input_schema: Field required'],
])('a body with %s is refused', (_what, body, message) => {
  const fault = faultOf({ messages: [user('x')], ...body });
  expect(fault).toMatchObject({ status: 400, type: 'invalid_request_error' });
  expect(fault?.message).toContain(message);
});

test('what only JavaScript takes for white space, and any picture within the limits, is accepted', () => {
  const messages = [
    user([text('\ufeff'), image(), image({ data: png(8000, 1) })]),
    assistant(call('a')),
    user([
      result('a', [
        image({ media_type: 'image/gif', data: gif }),
        image({ media_type: 'image/webp', data: webp }),
        image({ media_type: 'image/jpeg', data: jpeg }),
      ]),
    ]),
  ];
  expect(faultIn(...messages)).toBeNull();
});

test('a breakpoint counts wherever it stands', () => {
  const messages = [
    user([cached]),
    assistant(call('a')),
    user([{ ...result('a', [cached]), ...cached, type: 'tool_result', text: undefined }]),
  ];
  const { cache_control } = cached;
  expect(faultOf({ ...good, messages, system: [cached] })).toBeNull();
  expect(faultOf({ ...good, messages, system: [cached], cache_control })?.message).toContain('Found 5');
});

test('a request above 32 MB is too large, counted in bytes', () => {
  const messages = [user('汉'.repeat(12 * 1024 * 1024))];
  expect(faultOf({ ...good, messages })).toMatchObject({ status: 413, type: 'request_too_large' });
});

test('an unknown model is not found, half a character is no JSON', () => {
  expect(faultOf({ ...good, model: 'gpt-9', messages: [user('x')] })).toMatchObject({ status: 404 });
  expect(faultIn(user('half \ud83d'))).toContain('no low surrogate');
  expect(faultIn(user('x'), assistant({ ...call('a'), input: { deep: [{ '\ud83d': 1 }] } }))).toContain(
    'no low surrogate',
  );
  expect(findFault('{')?.message).toContain('not valid JSON');
});
