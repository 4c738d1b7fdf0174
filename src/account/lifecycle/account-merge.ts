import { hasTable } from '../../storage/sql.ts';
import { sourceOf } from '../billing/payer.ts';
import type { LimitNote, RateLimitStore } from '../billing/rate-limit-store.ts';
import type { LeaseRow, TurnLeases } from '../billing/turn-leases.ts';
import type { GateMarks, VisitorGate } from '../billing/visitor-gate.ts';
import type { Connection, ConnectionTransfer } from '../connection/connection.ts';
import type { SignInMethods } from '../sign-in/sign-in-methods.ts';
import type { ProjectList, ProjectRow } from '../storage/project-list.ts';
import { RetryableJob } from './retryable-job.ts';

/** Sessions that one run transfers; the alarm goes on with the rest. One invocation of a Worker may make 1,000 subrequests. */
const sessionsPerRun = 400;

/** Sessions that are transferred concurrently. */
const parallelSessions = 20;

/** The content of a visitor's account, on its way into the user's account. */
export interface AccountTransfer {
  visitor: string;
  leases: LeaseRow[];
  projects: ProjectRow[];
  connection: ConnectionTransfer | null;
  /** Claude's last statement about that connection's limits. */
  limit: LimitNote | null;
  /** What the visitor has passed before the first turn. Absent from an object of an older release. */
  gate?: GateMarks;
}

export interface AccountMergeDeps {
  sql: SqlStorage;
  /** Makes sure that `finish` is called at `dueAt`. */
  schedule(): Promise<void>;
  /** Sends the account's content to the user's account; false if that was deleted. */
  send(visitor: string, target: string): Promise<boolean>;
  /** Makes the user's account the owner of a session. */
  transferSession(session: string, from: string, to: string): Promise<void>;
  /** Deletes the connection, in KV too. */
  forgetConnection(): Promise<void>;
  /** Called if the user's account was deleted meanwhile: deletes this account as well. */
  targetDeleted(): Promise<void>;
}

/**
 * `packed`: nothing was sent; `sent`: the user's account has imported the content; `done`: only the tombstone is left. Stored in
 * `merged.state`.
 */
type MergeState = 'packed' | 'sent' | 'done';

/**
 * The merge of a visitor's account into a user's, driven by the visitor's. The row in `merged` is written first, and the first target
 * wins; each later step may be repeated. In the end the row is a tombstone that names the user's account.
 */
export class AccountMerge {
  readonly #deps: AccountMergeDeps;
  #row: { visitor: string; target: string; state: MergeState } | null;
  readonly #job: RetryableJob;

  constructor(deps: AccountMergeDeps) {
    this.#deps = deps;
    const { schedule, sql } = deps;
    this.#job = new RetryableJob(schedule, () => this.#steps());
    const row = hasTable(sql, 'merged')
      ? sql
          .exec<{ visitor: string; into_account: string; state: MergeState }>(
            'SELECT visitor, into_account, state FROM merged',
          )
          .one()
      : null;
    this.#row = row && { visitor: row.visitor, target: row.into_account, state: row.state };
  }

  /** The user's account that this one is being or was merged into, or null. */
  get target(): string | null {
    return this.#row?.target ?? null;
  }

  /** This account; empty without a merge. */
  get visitor(): string {
    return this.#row?.visitor ?? '';
  }

  /** Whether steps remain. */
  get isPending(): boolean {
    return this.#row !== null && this.#row.state !== 'done';
  }

  /** When `finish` is to be called again (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.isPending ? this.#job.dueAt : this.#flowsDueAt();
  }

  /** Marks the account: from now on it stores nothing new. The first call decides the target. `now` in UNIX milliseconds. */
  begin(visitor: string, target: string, now: number): void {
    if (this.#row) return;
    const { sql } = this.#deps;
    sql.exec(`
      CREATE TABLE merged (
        one INTEGER PRIMARY KEY CHECK (one = 1), visitor TEXT NOT NULL, into_account TEXT NOT NULL, state TEXT NOT NULL,
        at INTEGER NOT NULL
      )`);
    sql.exec(
      `INSERT INTO merged (one, visitor, into_account, state, at) VALUES (1, ?, ?, 'packed', ?)`,
      visitor,
      target,
      now,
    );
    this.#row = { visitor, target, state: 'packed' };
  }

  /**
   * Takes the remaining steps. Single-flight: concurrent callers await the same run. The alarm repeats a failed one.
   *
   * @returns whether the merge is done
   */
  finish(): Promise<boolean> {
    if (this.isPending) return this.#job.run();
    if (this.#row) this.#deleteExpiredFlows(Date.now());
    return Promise.resolve(true);
  }

  async #steps(): Promise<boolean> {
    const row = this.#row;
    if (!row) return true;
    const { forgetConnection, transferSession, schedule, send, targetDeleted } = this.#deps;
    if (row.state === 'packed') {
      if (!(await send(row.visitor, row.target))) {
        await targetDeleted();
        this.#row = null;
        return true;
      }
      this.#advance('sent');
    }
    const sessions = this.#sessions();
    for (let at = 0; at < Math.min(sessions.length, sessionsPerRun); at += parallelSessions) {
      const chunk = sessions.slice(at, Math.min(at + parallelSessions, sessionsPerRun));
      await Promise.all(chunk.map((session) => transferSession(session, row.visitor, row.target)));
      for (const session of chunk) this.#forgetSession(session);
    }
    if (sessions.length > sessionsPerRun) return false;
    await forgetConnection();
    this.#dropTables();
    this.#advance('done');
    this.#deleteExpiredFlows(Date.now());
    await schedule();
    return true;
  }

  #advance(state: MergeState): void {
    if (!this.#row) return;
    this.#deps.sql.exec('UPDATE merged SET state = ?', state);
    this.#row = { ...this.#row, state };
  }

  /** Sessions that the visitor may still own: listed ones, and ones that are being deleted and still owe a settlement. */
  #sessions(): string[] {
    const { sql } = this.#deps;
    if (!hasTable(sql, 'lease')) return [];
    return sql
      .exec<{ session: string }>(
        `SELECT session FROM project UNION SELECT session FROM lease WHERE state = 'open' AND session <> ''`,
      )
      .toArray()
      .map(({ session }) => session);
  }

  #forgetSession(session: string): void {
    const { sql } = this.#deps;
    sql.exec('DELETE FROM project WHERE session = ?', session);
    sql.exec('DELETE FROM lease WHERE session = ?', session);
  }

  /** Drops all tables but the tombstone and the flows. */
  #dropTables(): void {
    const { sql } = this.#deps;
    // Flows stay: another tab may be about to finish a sign-in that it began here.
    const tables = sql
      .exec<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name NOT IN ('merged', 'flow')`,
      )
      .toArray();
    for (const { name } of tables) sql.exec(`DROP TABLE "${name}"`);
  }

  /** When the next remaining flow expires (UNIX milliseconds), or null. */
  #flowsDueAt(): number | null {
    const { sql } = this.#deps;
    if (this.#row === null || !hasTable(sql, 'flow')) return null;
    return sql.exec<{ due: number | null }>('SELECT min(expires_at) AS due FROM flow').one().due ?? 0;
  }

  #deleteExpiredFlows(now: number): void {
    const { sql } = this.#deps;
    if (!hasTable(sql, 'flow')) return;
    sql.exec('DELETE FROM flow WHERE expires_at <= ?', now);
    if (sql.exec('SELECT 1 FROM flow').toArray().length === 0) sql.exec('DROP TABLE flow');
  }
}

/** Imports a visitor's account into a user's. Idempotent by visitor. `now` in UNIX milliseconds. */
export async function importTransfer(
  storage: Pick<DurableObjectStorage, 'transactionSync'>,
  user: Pick<SignInMethods, 'hasMerged' | 'recordMerge'>,
  stores: {
    leases: TurnLeases;
    projects: ProjectList;
    connection: Pick<Connection, 'detail' | 'importTransfer'>;
    limits: Pick<RateLimitStore, 'record'>;
    visitorGate: Pick<VisitorGate, 'importMarks'>;
  },
  { visitor, leases, projects, connection, limit, gate }: AccountTransfer,
  now: number,
): Promise<void> {
  if (user.hasMerged(visitor)) return;
  if (connection) await stores.connection.importTransfer(connection);
  storage.transactionSync(() => {
    // Checked again: the same transfer may have been imported during the await.
    if (!user.recordMerge(visitor, now)) return;
    stores.leases.importRows(leases);
    stores.projects.importRows(projects);
    if (gate) stores.visitorGate.importMarks(gate, now);
    // A user's own connection is not replaced; the note does not apply to it.
    if (limit && limit.source === sourceOf(stores.connection)) stores.limits.record(limit, now);
  });
}
