import type { AccountDetail } from '../../protocol/resources.ts';
import type { Connection } from '../connection/connection.ts';
import { sourceOf } from './payer.ts';
import type { RateLimitStore } from './rate-limit-store.ts';

/** Claude's last statement about the connection's limits, until it resets. @param stores null: there is none. `now` in UNIX milliseconds */
export function limitDetail(
  stores: { connection: Connection; limits: RateLimitStore } | null,
  now: number,
): Pick<AccountDetail, 'rateLimit' | 'announced'> {
  if (!stores?.connection.exists) return { rateLimit: null, announced: [] };
  const source = sourceOf(stores.connection);
  return { rateLimit: stores.limits.state(source, now), announced: stores.limits.announced(source, now) };
}
