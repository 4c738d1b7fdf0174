import { isLoopback } from '../../operator/address-network.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { defaultKeyChecks } from '../../settings.ts';

/** Checks of a key against Claude that one account may make in the window. */
const maxChecksPerWindow = 5;

/** How long a check counts: one hour, in milliseconds. */
export const keyCheckWindowMs = 60 * 60_000;

/** The key checks of one account in the last hour. */
export class KeyChecks {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Seconds until one more check is allowed; 0 for now. `now` in UNIX milliseconds. */
  secondsUntilAllowed(now: number): number {
    this.#sql.exec('DELETE FROM key_check WHERE at <= ?', now - keyCheckWindowMs);
    const rows = this.#sql.exec<{ at: number }>('SELECT at FROM key_check ORDER BY at').toArray();
    const first = rows[rows.length - maxChecksPerWindow];
    return first ? Math.ceil((first.at + keyCheckWindowMs - now) / 1000) : 0;
  }

  /** Counts a check, unless there were too many. @returns as `secondsUntilAllowed` */
  count(now: number): number {
    const wait = this.secondsUntilAllowed(now);
    if (wait === 0) this.#sql.exec('INSERT INTO key_check (at) VALUES (?)', now);
    return wait;
  }
}

/** An API key to be checked and stored. */
export interface KeyRequest {
  key: string;
  /** The network address of the request, for the rate limit. */
  address: string;
}

export interface KeyCheckLimitDeps {
  /** Checks an hour from one address. Null: the default, and none for this machine itself. */
  limitPerAddress: number | null;
  /** The account's own checks; null if it has stored nothing yet. */
  keyChecks(): KeyChecks | null;
  /** The same; creates the tables if there are none. */
  requireKeyChecks(): KeyChecks;
  /** `Treasury.countKeyCheck`. */
  countForAddress(address: string, limit: number): Promise<number>;
}

/** Counts a key check for the account and its address, before the request to Claude. @throws ProblemError `too_many_requests` */
export async function countKeyCheck(deps: KeyCheckLimitDeps, address: string): Promise<void> {
  const { countForAddress, keyChecks, limitPerAddress, requireKeyChecks } = deps;
  const exempt = limitPerAddress === null && isLoopback(address);
  const wait =
    (keyChecks()?.secondsUntilAllowed(Date.now()) ?? 0) ||
    (exempt ? 0 : await countForAddress(address, limitPerAddress ?? defaultKeyChecks)) ||
    requireKeyChecks().count(Date.now());
  if (wait === 0) return;
  throw new ProblemError('too_many_requests', 'Too many keys were tried. Wait a while, then try again.', {
    scope: 'key_checks',
    retryAfter: wait,
  });
}
