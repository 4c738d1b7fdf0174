import type { TokenUsage } from './model-reply.ts';

/** Dollars per million tokens. `cacheWrite` is for entries that live for five minutes. */
interface Price {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

interface ClaudeModel {
  id: string;
  name: string;
  price: Price;
  /** The price where a prompt has more than `above` tokens, cached ones included. */
  longPrompt?: { above: number; price: Price };
  /** Tokens. */
  contextWindow: number;
  /** Tokens of one reply, thinking included. */
  maxOutput: number;
  /** Tokens that the transcript may reach before it is compacted: well inside the context window, and below a price step. */
  workingWindow: number;
  /** `none`: the model has no adaptive thinking, and refuses the parameter. */
  thinking: 'adaptive' | 'none';
}

/**
 * The models that Redraw offers, with their prices and sizes, cheapest first.
 *
 * Source: https://platform.claude.com/docs/en/about-claude/pricing and the overview page of each model, read on 2026-11-20.
 */
export const models: readonly ClaudeModel[] = [
  {
    id: 'claude-haiku-5-5',
    name: 'Claude Haiku 5.5',
    price: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    longPrompt: { above: 100_000, price: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 } },
    contextWindow: 1_000_000,
    maxOutput: 128_000,
    workingWindow: 150_000,
    thinking: 'adaptive',
  },
  {
    id: 'claude-haiku-4-5',
    name: 'Claude Haiku 4.5',
    price: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
    contextWindow: 200_000,
    maxOutput: 64_000,
    workingWindow: 200_000,
    thinking: 'none',
  },
  {
    id: 'claude-sonnet-5-5',
    name: 'Claude Sonnet 5.5',
    price: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    contextWindow: 1_000_000,
    maxOutput: 128_000,
    workingWindow: 250_000,
    thinking: 'adaptive',
  },
  {
    id: 'claude-opus-5-5',
    name: 'Claude Opus 5.5',
    price: { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
    contextWindow: 1_000_000,
    maxOutput: 128_000,
    workingWindow: 250_000,
    thinking: 'adaptive',
  },
  {
    id: 'claude-fable-5-1',
    name: 'Claude Fable 5.1',
    price: { input: 10, output: 50, cacheRead: 0.25, cacheWrite: 12.5 },
    contextWindow: 1_000_000,
    maxOutput: 128_000,
    workingWindow: 250_000,
    thinking: 'adaptive',
  },
];

export const defaultModel = 'claude-haiku-5-5';

const byId = new Map(models.map((model) => [model.id, model]));
const mostExpensive = models.reduce((a, b) => (b.price.output > a.price.output ? b : a));

/** The catalogue's id of a model, which may be named with its date; null for an unknown model. */
export function catalogueId(id: string): string | null {
  const undated = id.replace(/-\d{8}$/, '');
  return byId.has(id) ? id : byId.has(undated) ? undated : null;
}

/**
 * The model of an id. An unknown model gets the price of the most expensive one, the smallest window and no thinking: assumptions that
 * neither underestimate a cost nor make a request fail.
 */
export function modelOf(id: string): ClaudeModel {
  const known = byId.get(catalogueId(id) ?? '');
  if (known) return known;
  return {
    ...mostExpensive,
    id,
    name: id,
    contextWindow: 200_000,
    workingWindow: 200_000,
    maxOutput: 32_000,
    thinking: 'none',
  };
}

/** The cost of tokens at list price, in dollars. */
export function costUsd(model: string, usage: TokenUsage): number {
  const { price, longPrompt } = modelOf(model);
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const p = longPrompt && prompt > longPrompt.above ? longPrompt.price : price;
  return (
    (usage.inputTokens * p.input +
      usage.outputTokens * p.output +
      usage.cacheReadTokens * p.cacheRead +
      usage.cacheWriteTokens * p.cacheWrite) /
    1e6
  );
}
