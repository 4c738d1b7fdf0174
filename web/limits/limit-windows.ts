import type { RateLimit } from '../project/visitor-limit.ts';

/** Families of models that have a window of their own, besides that of the whole plan. */
const families: Readonly<Record<string, string>> = { seven_day_opus: 'opus', seven_day_sonnet: 'sonnet' };

/** The family of models that a window counts; null if it counts all models. */
export const familyOf = (rateLimitType: string | null): string | null => families[rateLimitType ?? ''] ?? null;

/** Whether a window's limit applies to a model. */
export function appliesToModel(rateLimitType: string | null, model: string): boolean {
  const family = familyOf(rateLimitType);
  return family === null || model.includes(family);
}

/** Whether the window has reset, so that the report is outdated. @param now UNIX milliseconds */
export const hasReset = ({ resetsAt }: Pick<RateLimit, 'resetsAt'>, now: number): boolean =>
  resetsAt !== null && resetsAt <= now;

/** Whether Claude's servers reject requests because they are overloaded: then the report names neither a window nor extra usage. */
export const isServerOverload = ({ status, rateLimitType, overageStatus }: RateLimit): boolean =>
  status === 'rejected' && rateLimitType === null && overageStatus === null;

/** Whether turns are refused now: the limit is reached, and there is no extra usage. */
export const isClosed = (limit: RateLimit, now: number): boolean =>
  limit.status === 'rejected' && !limit.isUsingOverage && !isServerOverload(limit) && !hasReset(limit, now);

/** Whether extra usage is being billed. */
export const isBilled = ({ isUsingOverage, extra }: RateLimit): boolean =>
  isUsingOverage || extra['overage-in-use'] === 'true';
