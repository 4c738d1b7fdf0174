import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { buildRequest, prefixTokens, requestTokens } from '../../src/agent/build-request.ts';
import { affordableTokens, costBounds } from '../../src/agent/call-cost.ts';
import { offeredTools } from '../../src/agent/tool-definitions.ts';

const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Grüße 😀' }];
const request = (rest: Partial<Parameters<typeof buildRequest>[0]> = {}) =>
  buildRequest({
    model: 'claude-haiku-5-5',
    system: 'Be brief.',
    shell: false,
    outputTokens: 32_000,
    messages,
    ...rest,
  });

describe('a request', () => {
  it('is the prompt, the tools and the conversation, with a mark after what all sessions share', () => {
    expect(request()).toEqual({
      model: 'claude-haiku-5-5',
      max_tokens: 32_000,
      stream: true,
      thinking: { type: 'adaptive', display: 'summarized' },
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      tools: offeredTools(false),
      cache_control: { type: 'ephemeral' },
      messages,
    });
  });

  it('asks a model without thinking for none, and no model for more than it can write', () => {
    expect(request({ model: 'claude-haiku-4-5' })).not.toHaveProperty('thinking');
    expect(request({ model: 'claude-haiku-4-5', outputTokens: 100_000 }).max_tokens).toBe(64_000);
    expect(request({ model: 'claude-unknown', outputTokens: 100_000 }).max_tokens).toBe(32_000);
    expect(request({ outputTokens: 1_000 }).max_tokens).toBe(1_000);
  });

  it('offers a shell where there is one', () => {
    expect(request({ shell: true }).tools).toEqual(offeredTools(true));
  });
});

/** The most that a request may cost. */
const maxCostUsd = (of: ReturnType<typeof request>): number =>
  costBounds(of.model, requestTokens(of), of.max_tokens).most;

describe('the most that a request may cost', () => {
  it('is that of all its bytes, uncached, and of a reply of full length', () => {
    const { length } = Buffer.from(JSON.stringify(request({ model: 'claude-haiku-4-5' })));
    const dollars = (Math.ceil(length / 3) * 1.25 + 32_000 * 5) / 1e6;
    expect(maxCostUsd(request({ model: 'claude-haiku-4-5' }))).toBeCloseTo(dollars, 12);
  });

  it('counts a picture as Claude does, whatever its bytes', () => {
    const image = (data: string): Anthropic.ImageBlockParam => ({
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data },
    });
    const costOf = (...content: Anthropic.ContentBlockParam[]) =>
      maxCostUsd(request({ model: 'claude-haiku-4-5', messages: [{ role: 'user', content }] }));
    const [one, large, two] = [
      costOf(image('A'.repeat(4_000))),
      costOf(image('A'.repeat(400_000))),
      costOf(image('A'.repeat(4_000)), image('A'.repeat(4_000))),
    ];
    expect(large).toBeCloseTo(one, 5);
    // The picture, and some characters around it.
    expect(two - one).toBeGreaterThan((5_000 * 1.25) / 1e6);
    expect(two - one).toBeLessThan((5_050 * 1.25) / 1e6);
  });
});

describe('the least that a request may cost', () => {
  it('is that of a reply of 4,000 tokens, which so many dollars pay for', () => {
    const { least, most } = costBounds('claude-haiku-4-5', 10_000, 32_000);
    expect(least).toBeCloseTo((10_000 * 1.25 + 4_000 * 5) / 1e6, 12);
    expect(affordableTokens('claude-haiku-4-5', 10_000, least)).toBe(4_000);
    expect(affordableTokens('claude-haiku-4-5', 10_000, most)).toBe(32_000);
    expect(affordableTokens('claude-haiku-4-5', 10_000, 0.001)).toBe(0);
  });

  it('counts a long prompt at its own price', () => {
    const { least } = costBounds('claude-haiku-5-5', 120_000, 32_000);
    expect(least).toBeCloseTo((120_000 * 0.625 + 4_000 * 2.5) / 1e6, 12);
    expect(affordableTokens('claude-haiku-5-5', 120_000, least)).toBe(4_000);
  });
});

it('what stands before the messages is counted with the tools that are offered', () => {
  const tokens = (shell: boolean) =>
    Math.ceil(Buffer.byteLength(JSON.stringify(['ü'.repeat(900), offeredTools(shell)])) / 3);
  expect(prefixTokens({ system: 'ü'.repeat(900), shell: false })).toBe(tokens(false));
  expect(prefixTokens({ system: 'ü'.repeat(900), shell: true })).toBe(tokens(true));
});
