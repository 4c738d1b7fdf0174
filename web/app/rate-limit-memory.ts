import type { EventData } from '../../src/protocol/events.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { serverNow } from '../api/server-clock.ts';

/** Milliseconds after the end of a turn within which the account learns the rate limit that the turn was told. */
const ACCOUNT_DELAY_MS = 10_000;

/** The last rate limit that Claude told a turn of this page. Until it expires it is newer than what the account answers. */
export class RateLimitMemory {
  /** `since` identifies the connection, `until` is the expiry (UNIX milliseconds). */
  #last: { rateLimit: EventData<'rate_limit'>; since: number; until: number } | null = null;

  /** @param since when the connection was made (UNIX milliseconds): another connection has other limits */
  remember(rateLimit: EventData<'rate_limit'>, since: number): void {
    this.#last = { rateLimit, since, until: serverNow() + limits.turnMs };
  }

  /** The turn has ended: the account knows soon. */
  expireSoon(): void {
    if (this.#last) this.#last.until = Math.min(this.#last.until, serverNow() + ACCOUNT_DELAY_MS);
  }

  /** The account as the server answered, with the remembered rate limit where that is newer. */
  applyTo(answer: AccountDetail): AccountDetail {
    const last = this.#last;
    const isNewer = last && last.until > serverNow() && last.since === answer.connection?.since;
    return isNewer ? { ...answer, rateLimit: last.rateLimit } : answer;
  }
}
