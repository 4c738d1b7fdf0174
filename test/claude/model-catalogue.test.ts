import { expect, it } from 'vitest';
import { costUsd, defaultModel, modelOf, models } from '../../src/claude/model-catalogue.ts';

const usage = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

it('has the default model in the catalogue', () => {
  expect(models.map(({ id }) => id)).toContain(defaultModel);
});

it('prices a long prompt at its own price, cache included', () => {
  const short = { inputTokens: 1_000, outputTokens: 1_000, cacheReadTokens: 99_000, cacheWriteTokens: 0 };
  expect(costUsd('claude-haiku-5-5', short)).toBeCloseTo((1_000 * 0.1 + 1_000 * 0.5 + 99_000 * 0.01) / 1e6, 12);
  const long = { ...short, cacheReadTokens: 99_001 };
  expect(costUsd('claude-haiku-5-5', long)).toBeCloseTo((1_000 * 0.5 + 1_000 * 2.5 + 99_001 * 0.05) / 1e6, 12);
});

it('knows a dated snapshot', () => {
  expect(modelOf('claude-haiku-4-5-20251001').name).toBe('Claude Haiku 4.5');
});

it('takes an unknown model to be as dear as the dearest', () => {
  const most = Math.max(...models.map(({ id }) => costUsd(id, usage)));
  expect(costUsd('claude-future-9', usage)).toBe(most);
});
