import type { AnnouncedThreshold } from '../../src/protocol/resources.ts';
import { serverNow } from '../api/server-clock.ts';
import type { RateLimit } from '../project/visitor-limit.ts';
import { loadLateWords, strings } from '../strings/strings.ts';
import { StoredSet } from '../ui/stored-set.ts';
import type { Toasts } from '../ui/toasts.ts';

/** Thresholds announced by the pages of this browser. Those announced on other devices are in the account. */
const announced = new StoredSet('limit.told');

/** Claude's reset times of one window differ slightly between responses. Milliseconds. */
const RESET_TOLERANCE_MS = 60_000;

const TOAST_MS = 12_000;

const isSameThreshold = (a: AnnouncedThreshold, b: AnnouncedThreshold): boolean =>
  a.window === b.window &&
  a.threshold === b.threshold &&
  Math.abs((a.resetsAt ?? 0) - (b.resetsAt ?? 0)) < RESET_TOLERANCE_MS;

/** Resolves once the page is visible. */
function untilVisible(): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', check);
      resolve();
    };
    document.addEventListener('visibilitychange', check);
    check();
  });
}

/**
 * Announces a passed threshold by a toast, once for all pages and devices.
 *
 * @param announcedBefore the account's announced thresholds from before this signal, which is soon added to them
 */
export async function announceThreshold(
  { rateLimitType, surpassedThreshold, resetsAt }: RateLimit,
  announcedBefore: readonly AnnouncedThreshold[],
  toasts: Toasts,
): Promise<void> {
  if (surpassedThreshold === null) return;
  const threshold: AnnouncedThreshold = { window: rateLimitType, threshold: surpassedThreshold, resetsAt };
  if (announcedBefore.some((other) => isSameThreshold(threshold, other))) return;
  await Promise.all([loadLateWords(), untilVisible()]);
  if (announced.all().some((text) => isSameThreshold(threshold, JSON.parse(text)))) return;
  announced.add(JSON.stringify(threshold));
  const words = strings.limit;
  const name = rateLimitType === null ? words.plan : words.window(rateLimitType);
  const passed = words.passed(name, surpassedThreshold);
  toasts.show(resetsAt === null ? passed : `${passed} ${words.passedResets(resetsAt, serverNow())}`, {
    forMs: TOAST_MS,
  });
}
