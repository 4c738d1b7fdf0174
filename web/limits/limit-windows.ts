import type { RateLimit } from '../project/own-limit.ts';

/** Families of models that have a window of their own beside that of the whole plan. */
const families: Readonly<Record<string, string>> = { seven_day_opus: 'opus', seven_day_sonnet: 'sonnet' };

/** The family of models that a window counts, or null where it counts them all. */
export const familyOf = (rateLimitType: string | null): string | null => families[rateLimitType ?? ''] ?? null;

/** Whether a window is closed to a model while it is at its limit. */
export function bindsModel(rateLimitType: string | null, model: string): boolean {
  const family = familyOf(rateLimitType);
  return family === null || model.includes(family);
}

/** Whether a state is no state any more: its window has reset. `now` in UNIX milliseconds. */
export const hasReset = ({ resetsAt }: Pick<RateLimit, 'resetsAt'>, now: number): boolean =>
  resetsAt !== null && resetsAt <= now;

/** Whether requests are turned away by Claude's servers, which are at their own limit: then no window is named, and no extra usage. */
export const isServers = ({ status, rateLimitType, overageStatus }: RateLimit): boolean =>
  status === 'rejected' && rateLimitType === null && overageStatus === null;

/** Whether turns are refused now, with no extra usage to go on with. */
export const isClosed = (limit: RateLimit, now: number): boolean =>
  limit.status === 'rejected' && !limit.isUsingOverage && !isServers(limit) && !hasReset(limit, now);

/** Whether extra usage is being billed. */
export const isBilled = ({ isUsingOverage, extra }: RateLimit): boolean =>
  isUsingOverage || extra['overage-in-use'] === 'true';
