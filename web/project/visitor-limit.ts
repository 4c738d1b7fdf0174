import type { EventData } from '../../src/protocol/events.ts';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import type { View } from './view.ts';

export type RateLimit = EventData<'rate_limit'>;

/**
 * The last rate limit that Claude reported for the visitor's own account, or null. It may have reset since. The demo has no Claude
 * accounts: there the open project's log has it.
 */
export function visitorLimit(me: AccountDetail | null, view: View | null): RateLimit | null {
  return (me?.demo ? view?.rateLimit : me?.rateLimit) ?? null;
}
