import type { EventData, Trial } from '../../src/protocol/events.ts';
import type { Api } from '../api/api.ts';
import type { ApiError } from '../api/api-error.ts';
import type { ConnectWatch } from './reconnecting-watch.ts';
import type { RetryTiming } from './retry-timing.ts';

/** What an open project is given: calls, time, and whom it tells. */
export interface ProjectDeps {
  api: Api;
  timing: RetryTiming;
  /** Connects to `/watch` of a session. */
  watchSocket(session: string): ConnectWatch;
  /** Calls back at the next frame. */
  schedule(render: () => void): void;
  /** The trial turns used, counting the turn that is starting. */
  onTrial(trial: Trial | null): void;
  /** A turn of this project has ended: the account's counts may have changed. */
  onTurnFinished(): void;
  /** Claude reported a rate limit of the account that pays for the running turn. */
  onRateLimit(limit: EventData<'rate_limit'>, payer: string): void;
  /** A turn was refused or failed to start; the code may ask for a dialog. `again` sends the prompt once more. */
  onRefused(error: ApiError, again: () => void): void;
  /** Another window or device has changed this project. */
  onElsewhere(what: 'turn' | 'version'): void;
}
