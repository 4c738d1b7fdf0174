import { hasTable } from '../../storage/sql.ts';
import type { LimitNote, RateLimitStore } from '../billing/rate-limit-store.ts';
import { sourceOf } from '../billing/turn-admission.ts';
import type { LeaseRow, TurnLeases } from '../billing/turn-leases.ts';
import type { Connection, GivenConnection } from '../connection/connection.ts';
import type { SignInMethods } from '../sign-in/sign-in-methods.ts';
import type { ProjectList, ProjectRow } from '../storage/project-list.ts';
import { RetryableJob } from './retryable-job.ts';

/** Sessions that are handed on in one go; the alarm takes the rest. A Worker may make 1,000 calls at a time. */
const batch = 400;

/** Handed on side by side. */
const abreast = 20;

/** What a visitor's account hands over to the account of the user whom it is merged into. */
export interface AccountTransfer {
  visitor: string;
  leases: LeaseRow[];
  projects: ProjectRow[];
  connection: GivenConnection | null;
  /** What Claude last said of that connection's limits. */
  limit: LimitNote | null;
}

/** What the merge needs of the visitor's account. */
export interface AccountMergeDeps {
  sql: SqlStorage;
  /** Sees to it that `finish` is called when `dueAt` says so. */
  schedule(): Promise<void>;
  /** Sends what the account keeps to the user's; false where that account was deleted. */
  send(visitor: string, into: string): Promise<boolean>;
  /** Hands one session on. */
  handOn(session: string, from: string, to: string): Promise<void>;
  /** Forgets what is stored outside of this object. */
  forget(): Promise<void>;
  /** The user has been deleted meanwhile: what was on its way goes, too. */
  stranded(): Promise<void>;
}

/** `packed`: nothing has left; `sent`: the user's account has the books; `done`: nothing but the address of the user is left here. */
type State = 'packed' | 'sent' | 'done';

/**
 * The way of a visitor's account into a user's, driven by the visitor's. The mark comes first, and the first one wins; each step after
 * it may be repeated. What is left in the end is a tombstone that knows where the visitor went.
 */
export class AccountMerge {
  readonly #host: AccountMergeDeps;
  #row: { visitor: string; into: string; state: State } | null;
  readonly #chore: RetryableJob;

  constructor(host: AccountMergeDeps) {
    this.#host = host;
    const { schedule, sql } = host;
    this.#chore = new RetryableJob(schedule, () => this.#steps());
    const row = hasTable(sql, 'merged')
      ? sql
          .exec<{ visitor: string; into_account: string; state: State }>(
            'SELECT visitor, into_account, state FROM merged',
          )
          .one()
      : null;
    this.#row = row && { visitor: row.visitor, into: row.into_account, state: row.state };
  }

  /** The account that this one was merged into, or null. */
  get into(): string | null {
    return this.#row?.into ?? null;
  }

  /** The account itself. */
  get visitor(): string {
    return this.#row?.visitor ?? '';
  }

  /** Whether there are steps left. */
  get open(): boolean {
    return this.#row !== null && this.#row.state !== 'done';
  }

  /** When `finish` is to be called again (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.open ? this.#chore.dueAt : this.#flowsDueAt();
  }

  /** Marks the account: from now on it keeps nothing new. The first call decides where it goes. */
  begin(visitor: string, into: string, now: number): void {
    if (this.#row) return;
    const { sql } = this.#host;
    sql.exec(`
      CREATE TABLE merged (
        one INTEGER PRIMARY KEY CHECK (one = 1), visitor TEXT NOT NULL, into_account TEXT NOT NULL, state TEXT NOT NULL,
        at INTEGER NOT NULL
      )`);
    sql.exec(
      `INSERT INTO merged (one, visitor, into_account, state, at) VALUES (1, ?, ?, 'packed', ?)`,
      visitor,
      into,
      now,
    );
    this.#row = { visitor, into, state: 'packed' };
  }

  /**
   * Takes the steps that are left, once at a time however often it is called; what fails is repeated by the alarm.
   *
   * @returns whether the merge is done
   */
  finish(): Promise<boolean> {
    if (this.open) return this.#chore.run();
    if (this.#row) this.#forgetFlows(Date.now());
    return Promise.resolve(true);
  }

  async #steps(): Promise<boolean> {
    const row = this.#row;
    if (!row) return true;
    const { forget, handOn, schedule, send, stranded } = this.#host;
    if (row.state === 'packed') {
      if (!(await send(row.visitor, row.into))) {
        await stranded();
        this.#row = null;
        return true;
      }
      this.#advance('sent');
    }
    const sessions = this.#sessions();
    for (let at = 0; at < Math.min(sessions.length, batch); at += abreast) {
      const some = sessions.slice(at, Math.min(at + abreast, batch));
      await Promise.all(some.map((session) => handOn(session, row.visitor, row.into)));
      for (const session of some) this.#handedOn(session);
    }
    if (sessions.length > batch) return false;
    await forget();
    this.#clear();
    this.#advance('done');
    this.#forgetFlows(Date.now());
    await schedule();
    return true;
  }

  #advance(state: State): void {
    if (!this.#row) return;
    this.#host.sql.exec('UPDATE merged SET state = ?', state);
    this.#row = { ...this.#row, state };
  }

  /** Sessions that may still be the visitor's: those on the list, and those that are being deleted and owe a settlement. */
  #sessions(): string[] {
    const { sql } = this.#host;
    if (!hasTable(sql, 'lease')) return [];
    return sql
      .exec<{ session: string }>(
        `SELECT session FROM project UNION SELECT session FROM lease WHERE state = 'open' AND session <> ''`,
      )
      .toArray()
      .map(({ session }) => session);
  }

  #handedOn(session: string): void {
    const { sql } = this.#host;
    sql.exec('DELETE FROM project WHERE session = ?', session);
    sql.exec('DELETE FROM lease WHERE session = ?', session);
  }

  /** Leaves nothing but the mark. */
  #clear(): void {
    const { sql } = this.#host;
    // Other tabs may be about to finish a sign-in that they began here.
    const tables = sql
      .exec<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name NOT IN ('merged', 'flow')`,
      )
      .toArray();
    for (const { name } of tables) sql.exec(`DROP TABLE "${name}"`);
  }

  /** When the next flow that was begun here expires (UNIX milliseconds), or null. */
  #flowsDueAt(): number | null {
    const { sql } = this.#host;
    if (this.#row === null || !hasTable(sql, 'flow')) return null;
    return sql.exec<{ due: number | null }>('SELECT min(expires_at) AS due FROM flow').one().due ?? 0;
  }

  #forgetFlows(now: number): void {
    const { sql } = this.#host;
    if (!hasTable(sql, 'flow')) return;
    sql.exec('DELETE FROM flow WHERE expires_at <= ?', now);
    if (sql.exec('SELECT 1 FROM flow').toArray().length === 0) sql.exec('DROP TABLE flow');
  }
}

/** Takes in what a visitor's account hands over: once, however often it is sent. `now` in UNIX milliseconds. */
export async function importTransfer(
  storage: Pick<DurableObjectStorage, 'transactionSync'>,
  user: Pick<SignInMethods, 'hasMerged' | 'noteMerged'>,
  books: {
    leases: TurnLeases;
    projects: ProjectList;
    connection: Pick<Connection, 'detail' | 'takeOver'>;
    limits: Pick<RateLimitStore, 'note'>;
  },
  { visitor, leases, projects, connection, limit }: AccountTransfer,
  now: number,
): Promise<void> {
  if (user.hasMerged(visitor)) return;
  if (connection) await books.connection.takeOver(connection);
  storage.transactionSync(() => {
    if (!user.noteMerged(visitor, now)) return;
    books.leases.take(leases);
    books.projects.take(projects);
    // Where the user had a connection already, that one stays.
    if (limit && limit.source === sourceOf(books.connection)) books.limits.note(limit, now);
  });
}
