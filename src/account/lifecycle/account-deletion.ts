import { hasTable } from '../../storage/sql.ts';
import { RetryableJob } from './retryable-job.ts';

/** Sessions that are deleted side by side. */
const abreast = 10;

/** What the deletion of an account needs of it. */
export interface AccountDeletionDeps {
  sql: SqlStorage;
  /** Sees to it that `finish` is called when `dueAt` says so. */
  schedule(): Promise<void>;
  /** Visitors that were merged into this account. */
  visitors(): string[];
  /** Takes the tombstone of such a visitor away, once nothing is on its way any more. */
  dissolve(visitor: string, account: string): Promise<void>;
  /** The projects that are left. */
  sessions(): string[];
  /** Deletes a project; false where it is not gone yet. */
  erase(session: string, owner: string): Promise<boolean>;
  /** Takes back what stands elsewhere: connection, identities, the name in the treasury's books. */
  withdraw(account: string): Promise<void>;
  /** Forgets all that is stored here. */
  empty(): Promise<void>;
}

/** The deletion of an account with all that belongs to it. Each step may be repeated; the alarm repeats what failed. */
export class AccountDeletion {
  readonly #host: AccountDeletionDeps;
  readonly #chore: RetryableJob;
  #account: string | null;

  constructor(host: AccountDeletionDeps) {
    this.#host = host;
    const { schedule, sql } = host;
    this.#chore = new RetryableJob(schedule, () => this.#steps());
    this.#account = hasTable(sql, 'closing')
      ? sql.exec<{ account: string }>('SELECT account FROM closing').one().account
      : null;
  }

  /** Whether the account is being deleted. */
  get open(): boolean {
    return this.#account !== null;
  }

  /** When `finish` is to be called again (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.open ? this.#chore.dueAt : null;
  }

  /** Marks the account: from now on nobody is signed in to it, and it keeps nothing new. */
  begin(account: string): void {
    if (this.#account !== null) return;
    const { sql } = this.#host;
    sql.exec('CREATE TABLE closing (one INTEGER PRIMARY KEY CHECK (one = 1), account TEXT NOT NULL)');
    sql.exec('INSERT INTO closing (one, account) VALUES (1, ?)', account);
    this.#account = account;
  }

  /**
   * Takes the steps that are left, once at a time however often it is called.
   *
   * @returns whether nothing is left of the account
   */
  finish(): Promise<boolean> {
    return this.open ? this.#chore.run() : Promise.resolve(true);
  }

  async #steps(): Promise<boolean> {
    const account = this.#account;
    if (account === null) return true;
    const { dissolve, empty, erase, sessions, visitors, withdraw } = this.#host;
    for (const visitor of visitors()) await dissolve(visitor, account);
    const left = sessions();
    let gone = true;
    for (let at = 0; at < left.length; at += abreast) {
      const erased = await Promise.all(left.slice(at, at + abreast).map((session) => erase(session, account)));
      gone &&= erased.every(Boolean);
    }
    if (!gone) throw new Error('A project is not gone yet.');
    await withdraw(account);
    await empty();
    this.#account = null;
    return true;
  }
}
