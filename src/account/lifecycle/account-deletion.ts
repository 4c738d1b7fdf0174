import { hasTable } from '../../storage/sql.ts';
import { RetryableJob } from './retryable-job.ts';

/** Sessions that are deleted concurrently. */
const parallelSessions = 10;

export interface AccountDeletionDeps {
  sql: SqlStorage;
  /** Makes sure that `finish` is called at `dueAt`. */
  schedule(): Promise<void>;
  /** Visitors that were merged into this account. */
  mergedVisitors(): string[];
  /** Deletes the tombstone of such a visitor, once its transfer is done. */
  removeTombstone(visitor: string, account: string): Promise<void>;
  /** The remaining projects. */
  sessions(): string[];
  /** Deletes a project; false if it is not gone yet. */
  deleteSession(session: string, owner: string): Promise<boolean>;
  /** Releases what KV and other objects hold of this account: connection, identities, counts per address. */
  releaseElsewhere(account: string): Promise<void>;
  /** Deletes the storage of this object. */
  deleteStorage(): Promise<void>;
}

/** The deletion of an account with everything that belongs to it. Each step may be repeated; the alarm repeats failed ones. */
export class AccountDeletion {
  readonly #deps: AccountDeletionDeps;
  readonly #job: RetryableJob;
  #account: string | null;

  constructor(deps: AccountDeletionDeps) {
    this.#deps = deps;
    const { schedule, sql } = deps;
    this.#job = new RetryableJob(schedule, () => this.#steps());
    this.#account = hasTable(sql, 'closing')
      ? sql.exec<{ account: string }>('SELECT account FROM closing').one().account
      : null;
  }

  /** Whether the account is being deleted. */
  get isPending(): boolean {
    return this.#account !== null;
  }

  /** When `finish` is to be called again (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.isPending ? this.#job.dueAt : null;
  }

  /** Marks the account: from now on nobody is signed in to it, and it stores nothing new. */
  begin(account: string): void {
    if (this.#account !== null) return;
    const { sql } = this.#deps;
    sql.exec('CREATE TABLE closing (one INTEGER PRIMARY KEY CHECK (one = 1), account TEXT NOT NULL)');
    sql.exec('INSERT INTO closing (one, account) VALUES (1, ?)', account);
    this.#account = account;
  }

  /**
   * Takes the remaining steps. Single-flight: concurrent callers await the same run.
   *
   * @returns whether nothing is left of the account
   */
  finish(): Promise<boolean> {
    return this.isPending ? this.#job.run() : Promise.resolve(true);
  }

  async #steps(): Promise<boolean> {
    const account = this.#account;
    if (account === null) return true;
    const { removeTombstone, deleteStorage, deleteSession, sessions, mergedVisitors, releaseElsewhere } = this.#deps;
    for (const visitor of mergedVisitors()) await removeTombstone(visitor, account);
    const left = sessions();
    let allDeleted = true;
    for (let at = 0; at < left.length; at += parallelSessions) {
      const batch = left.slice(at, at + parallelSessions);
      const deleted = await Promise.all(batch.map((session) => deleteSession(session, account)));
      allDeleted &&= deleted.every(Boolean);
    }
    if (!allDeleted) throw new Error('A project is not gone yet.');
    await releaseElsewhere(account);
    await deleteStorage();
    this.#account = null;
    return true;
  }
}
