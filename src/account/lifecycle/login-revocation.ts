import { unlessAborted } from '../../async/unless-aborted.ts';
import { withDeadline } from '../../async/with-deadline.ts';
import { RetryableJob } from './retryable-job.ts';

/** Sessions that one run tells; the alarm goes on with the rest. One invocation of a Worker may make 1,000 subrequests. */
const sessionsPerRun = 400;

/** Sessions that are told concurrently. */
const parallelSessions = 20;

/** Time limit for a session's answer. Milliseconds. */
const answerMs = 5_000;

export interface LoginRevocationDeps {
  /** Makes sure that `finish` is called at `dueAt`. */
  schedule(): Promise<void>;
  /** Digests of logins that have ended and that sessions may not know of yet. */
  ended(): string[];
  /** Every session knows of these. */
  forgetEnded(logins: readonly string[]): void;
  /** The account's projects. */
  sessions(): string[];
  /** Closes the streams and sockets that a session has open for these logins. Idempotent. */
  closeAt(session: string, logins: readonly string[]): Promise<void>;
}

/**
 * Tells the account's sessions which logins have ended, so that no open stream or socket outlives its login. What opens later is checked
 * by the session itself. Sessions that cannot be reached are told again by the alarm.
 */
export class LoginRevocation {
  readonly #deps: LoginRevocationDeps;
  readonly #job: RetryableJob;
  /** The logins of which sessions are being told, and the sessions that know. */
  #batch: { logins: string; told: Set<string> } = { logins: '', told: new Set() };

  constructor(deps: LoginRevocationDeps) {
    this.#deps = deps;
    this.#job = new RetryableJob(deps.schedule, () => this.#tell());
  }

  /** When `finish` is to be called again (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#deps.ended().length > 0 ? this.#job.dueAt : null;
  }

  /**
   * Tells the sessions. Single-flight: concurrent callers await the same run, which goes on with what has ended meanwhile.
   *
   * @returns whether all of them know
   */
  finish(): Promise<boolean> {
    const { ended, forgetEnded, sessions } = this.#deps;
    const logins = ended();
    if (logins.length === 0) return Promise.resolve(true);
    if (sessions().length > 0) return this.#job.run();
    forgetEnded(logins);
    return this.finish();
  }

  async #tell(): Promise<boolean> {
    const { ended, forgetEnded, sessions } = this.#deps;
    let left = sessionsPerRun;
    for (let logins = ended(); logins.length > 0; logins = ended()) {
      const key = logins.join();
      if (this.#batch.logins !== key) this.#batch = { logins: key, told: new Set() };
      const { told } = this.#batch;
      const untold = sessions().filter((session) => !told.has(session));
      const now = untold.slice(0, left);
      left -= now.length;
      await this.#tellAll(now, logins, told);
      if (now.length < untold.length) return false;
      forgetEnded(logins);
    }
    return true;
  }

  /** @throws Error if one of the sessions could not be reached: the others know then */
  async #tellAll(sessions: readonly string[], logins: readonly string[], told: Set<string>): Promise<void> {
    let unreached = 0;
    for (let at = 0; at < sessions.length; at += parallelSessions) {
      const calls = sessions.slice(at, at + parallelSessions).map(async (session) => {
        await withDeadline(answerMs, (signal) => unlessAborted(this.#deps.closeAt(session, logins), signal));
        told.add(session);
      });
      const results = await Promise.allSettled(calls);
      unreached += results.filter(({ status }) => status === 'rejected').length;
    }
    if (unreached > 0) throw new Error(`${unreached} projects could not be told that a login has ended.`);
  }
}
