import type { AnnouncedThreshold } from '../../src/protocol/resources.ts';
import type { RateLimit } from '../project/own-limit.ts';
import { loadLateWords, strings } from '../strings/strings.ts';
import { StoredSet } from '../ui/stored-set.ts';
import type { Toasts } from '../ui/toasts.ts';

/** What the pages of this browser have told; what other devices were told stands in the account. */
const told = new StoredSet('limit.told');

/** The resets of one window may be named a moment apart. Milliseconds. */
const SAME_MS = 60_000;

const SHOWN_MS = 12_000;

const isSame = (a: AnnouncedThreshold, b: AnnouncedThreshold): boolean =>
  a.window === b.window && a.threshold === b.threshold && Math.abs((a.resetsAt ?? 0) - (b.resetsAt ?? 0)) < SAME_MS;

/** Resolves when somebody may be looking. */
function seen(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}

/**
 * Tells that a threshold was passed: once for each, whichever page or device hears of it first.
 *
 * @param before what the account had announced when this was heard: soon after it is among them
 */
export async function announceThreshold(
  { rateLimitType, surpassedThreshold, resetsAt }: RateLimit,
  before: readonly AnnouncedThreshold[],
  toasts: Toasts,
): Promise<void> {
  if (surpassedThreshold === null) return;
  const one: AnnouncedThreshold = { window: rateLimitType, threshold: surpassedThreshold, resetsAt };
  if (before.some((other) => isSame(one, other))) return;
  await Promise.all([loadLateWords(), seen()]);
  if (told.all().some((text) => isSame(one, JSON.parse(text)))) return;
  told.add(JSON.stringify(one));
  const words = strings.limit;
  const name = rateLimitType === null ? words.plan : words.window(rateLimitType);
  const passed = words.passed(name, surpassedThreshold);
  toasts.show(resetsAt === null ? passed : `${passed} ${words.passedResets(resetsAt, Date.now())}`, {
    forMs: SHOWN_MS,
  });
}
