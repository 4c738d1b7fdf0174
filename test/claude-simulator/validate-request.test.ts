import type Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
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

test('an unknown model is not found, half a character is no JSON', () => {
  expect(faultOf({ ...good, model: 'gpt-9', messages: [user('x')] })).toMatchObject({ status: 404 });
  expect(faultIn(user('half \ud83d'))).toContain('no low surrogate');
  expect(findFault('{')?.message).toContain('not valid JSON');
});
