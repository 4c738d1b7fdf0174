import Anthropic, { type APIError } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { type ClaudeCredential, claudeError } from '../../src/claude/claude-client.ts';

describe('an error', () => {
  const secretKey: ClaudeCredential = { kind: 'api_key', key: 'canary-0123456789' };
  const broken = (reason: string) => ({ kind: 'broken', reason });

  it.each<[unknown, object]>([
    [new Anthropic.APIConnectionError({ message: 'x' }), broken('unreachable')],
    [new SyntaxError('x'), broken('cut')],
    [new TypeError('x'), broken('cut')],
    [new DOMException('x', 'AbortError'), broken('cut')],
    [new Anthropic.AnthropicError('x'), broken('cut')],
    [new Error('The stream was Terminated.'), broken('cut')],
    [new Error('Network connection lost.'), broken('cut')],
    [new RangeError('x'), { kind: 'internal', message: 'RangeError: x' }],
    [new Error('of canary-0123456789'), { kind: 'internal', message: 'Error: of …' }],
    [new Error('of sk-ant-api03-other'), { kind: 'internal', message: 'Error: of sk-ant-…' }],
    ['terminated canary-0123456789', { kind: 'internal', message: 'terminated …' }],
  ])('below the SDK’s, or of it, is told as what it is: %s', (error, failure) => {
    expect(claudeError(error, false, secretKey).failure).toEqual(failure);
    expect(claudeError(error, true, secretKey).failure).toEqual(broken('stalled'));
  });

  it.each<[APIError, string]>([
    [
      Anthropic.APIError.generate(400, { error: { type: 'x_error', message: 'No.' } }, undefined, new Headers()),
      '400 x_error No.',
    ],
    [Anthropic.APIError.generate(400, { error: { type: 'x_error' } }, undefined, new Headers()), '400 x_error'],
    [Anthropic.APIError.generate(502, undefined, 'of sk-ant-api03-other', new Headers()), '502 of sk-ant-…'],
    [
      new Anthropic.APIError(
        undefined,
        { error: { type: 'x_error', message: 'of canary-0123456789' } },
        undefined,
        undefined,
      ),
      'stream x_error of …',
    ],
    [new Anthropic.APIError(500, {}, undefined, undefined), '500'],
  ])('of the API is logged without secrets: %s', (error, message) => {
    const { name, message: logged, failure } = claudeError(error, false, secretKey);
    expect([name, logged]).toEqual(['ClaudeError', message]);
    expect(failure.kind).toBe(error.status === undefined ? 'stream_error' : 'http');
    expect('headers' in failure && [...failure.headers]).toEqual([]);
  });
});
