import { unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';

/** Unified rate-limit headers, given by their names without the prefix. */
export const rateLimitHeaders = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [unifiedPrefix + name, value]));

/** Header value of a reset at least this many seconds from now. */
export const resetIn = (seconds: number): string => String(Math.ceil(Date.now() / 1000) + seconds);

/** Claude's answer for a plan that has reached its limit. */
export const limitReached = (reset: string, claim = 'five_hour'): Answer => ({
  error: { type: 'rate_limit_error', message: 'You have hit your limit.' },
  headers: rateLimitHeaders({ status: 'rejected', reset, 'representative-claim': claim }),
});
