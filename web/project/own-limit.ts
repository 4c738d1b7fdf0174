import type { EventData } from '../../src/protocol/events.ts';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import type { View } from './view.ts';

export type RateLimit = EventData<'rate_limit'>;

/**
 * What Claude last said of the limits of the visitor's own account, or null. The demo has no accounts of Claude: there the project that is
 * open tells it. May have reset since.
 */
export function ownLimit(me: AccountDetail | null, view: View | null): RateLimit | null {
  return (me?.demo ? view?.rateLimit : me?.rateLimit) ?? null;
}
