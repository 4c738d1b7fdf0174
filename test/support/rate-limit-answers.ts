import { unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';

/** Headers of the family, by their names without the prefix. */
export const rateLimitHeaders = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [unifiedPrefix + name, value]));

/** A reset so many whole seconds from now, as it stands in a header; it is at least that far away. */
export const resetIn = (seconds: number): string => String(Math.ceil(Date.now() / 1000) + seconds);

/** What a plan at its limit answers. */
export const limitReached = (reset: string, claim = 'five_hour'): Answer => ({
  error: { type: 'rate_limit_error', message: 'You have hit your limit.' },
  headers: rateLimitHeaders({ status: 'rejected', reset, 'representative-claim': claim }),
});
