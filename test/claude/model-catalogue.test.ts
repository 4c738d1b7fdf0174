import { expect, it } from 'vitest';
import { catalogueId, costUsd, defaultModel, modelOf, models } from '../../src/claude/model-catalogue.ts';

const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const usage = { ...nothing, inputTokens: 1_000_000 };

it('has the default model in the catalogue', () => {
  expect(models.map(({ id }) => id)).toContain(defaultModel);
});

it('prices a long prompt at its own price, cache included', () => {
  const short = { inputTokens: 1_000, outputTokens: 1_000, cacheReadTokens: 99_000, cacheWriteTokens: 0 };
  expect(costUsd('claude-haiku-5-5', short)).toBeCloseTo((1_000 * 0.1 + 1_000 * 0.5 + 99_000 * 0.01) / 1e6, 12);
  const long = { ...short, cacheReadTokens: 99_001 };
  expect(costUsd('claude-haiku-5-5', long)).toBeCloseTo((1_000 * 0.5 + 1_000 * 2.5 + 99_001 * 0.05) / 1e6, 12);
});

it('prices each kind of token', () => {
  const million = (kind: object) => costUsd('claude-haiku-4-5', { ...nothing, ...kind });
  expect(million({ inputTokens: 1e6 })).toBe(1);
  expect(million({ outputTokens: 1e6 })).toBe(5);
  expect(million({ cacheReadTokens: 1e6 })).toBe(0.1);
  expect(million({ cacheWriteTokens: 1e6 })).toBe(1.25);
  expect(million({ inputTokens: 1e6, outputTokens: 2e6, cacheReadTokens: 3e6, cacheWriteTokens: 4e6 })).toBeCloseTo(
    16.3,
    12,
  );
});

it('counts what a prompt writes to the cache to its length, and not the reply', () => {
  const prompt = { ...nothing, inputTokens: 50_000, cacheWriteTokens: 50_000, outputTokens: 1_000 };
  expect(costUsd('claude-haiku-5-5', prompt)).toBeCloseTo(0.005 + 0.00625 + 0.0005, 12);
  const longer = { ...prompt, cacheWriteTokens: 50_001 };
  expect(costUsd('claude-haiku-5-5', longer)).toBeCloseTo(0.025 + 0.031250625 + 0.0025, 12);
});

it.each([
  ['claude-haiku-4-5', 'claude-haiku-4-5'],
  ['claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
  ['claude-haiku-4-5-2025100', null],
  ['claude-haiku-4-5-20251001-v1', null],
  ['claude-haiku-20251001-4-5', null],
  ['claude-future-9-20300101', null],
  ['', null],
])('knows %j as %j', (id, known) => {
  expect(catalogueId(id)).toBe(known);
  expect(modelOf(id)).toMatchObject(known === null ? { id, name: id, thinking: 'none' } : { id: known });
});

it('takes an unknown model to have the smallest windows', () => {
  const unknown = modelOf('claude-future-9');
  for (const model of models) {
    expect(unknown.contextWindow).toBeLessThanOrEqual(model.contextWindow);
    expect(unknown.maxOutput).toBeLessThanOrEqual(model.maxOutput);
  }
  expect(unknown.workingWindow).toBeLessThanOrEqual(unknown.contextWindow);
});

it('takes an unknown model to be as dear as the dearest', () => {
  const most = Math.max(...models.map(({ id }) => costUsd(id, usage)));
  expect(costUsd('claude-future-9', usage)).toBe(most);
});
