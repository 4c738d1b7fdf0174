import { addressNetwork } from './address-network.ts';
import type { DailyDigest } from './daily-digest.ts';

const dayMs = 86_400_000;

const hourMs = 3_600_000;

export interface AddressLimitsDeps {
  sql: SqlStorage;
  digest: DailyDigest;
  /** Called after a row of this UTC day (days since 1970) was written: the owner deletes old days by an alarm. */
  onRowOfDay(day: number): void;
}

/** What is counted by address and UTC day: the table of each, and the column of what is counted. */
const counters = {
  visitor: { table: 'newcomer', column: 'visitor' },
  sign_up: { table: 'sign_up', column: 'account' },
  project: { table: 'new_project', column: 'session' },
} as const;

/** Seconds until the next UTC day begins. `now` in UNIX milliseconds. */
export const secondsToNextDay = (now: number): number => Math.ceil((dayMs - (now % dayMs)) / 1000);

/** One thing that may be counted for an address. A repeated one is counted once a day. */
export interface Countable {
  kind: keyof typeof counters;
  /** What is counted: the id of a visitor, or the digest of an account or a session. */
  item: string;
  /** How many a UTC day an address may have. */
  limit: number;
}

/** An upload that is to be counted. */
export interface Upload {
  account: string;
  address: string;
  bytes: number;
  /** Bytes a UTC day. */
  accountLimit: number;
  addressLimit: number;
}

/**
 * Rate limits per address: new visitors, sign-ups, new projects and uploaded bytes a UTC day, and key checks an hour. An address is stored
 * only as a digest of its network.
 */
export class AddressLimits {
  readonly #deps: AddressLimitsDeps;

  constructor(deps: AddressLimitsDeps) {
    this.#deps = deps;
  }

  /**
   * Counts a new account. Idempotent by account and day.
   *
   * @param limit new accounts a UTC day from one address
   * @param now UNIX milliseconds
   * @returns seconds until the address may make the next one; 0 if this one was counted
   */
  async admitSignUp(account: string, address: string, limit: number, now: number): Promise<number> {
    const item = await this.#deps.digest.of(Math.floor(now / dayMs), account);
    const network = await this.networkDigest(address, now);
    return this.count(network, [{ kind: 'sign_up', item, limit }], now) === null ? 0 : secondsToNextDay(now);
  }

  /** The same for a new project. */
  async admitProject(session: string, address: string, limit: number, now: number): Promise<number> {
    const network = await this.networkDigest(address, now);
    const project = await this.projectOf(session, limit, now);
    return this.count(network, [project], now) === null ? 0 : secondsToNextDay(now);
  }

  async projectOf(session: string, limit: number, now: number): Promise<Countable> {
    return { kind: 'project', item: await this.#deps.digest.of(Math.floor(now / dayMs), session), limit };
  }

  /** The digest of an address's network, on the UTC day of `now`. */
  networkDigest(address: string, now: number): Promise<string> {
    return this.#deps.digest.of(Math.floor(now / dayMs), addressNetwork(address));
  }

  /**
   * Counts all of it or nothing. Synchronous: no other request comes between the look and the count.
   *
   * @param network as of `networkDigest`
   * @returns the kind of which the address has reached its limit, or null
   */
  count(network: string, countables: readonly Countable[], now: number): Countable['kind'] | null {
    const { onRowOfDay, sql } = this.#deps;
    const day = Math.floor(now / dayMs);
    const added: Countable[] = [];
    for (const countable of countables) {
      const { table, column } = counters[countable.kind];
      const where = 'WHERE day = ? AND address = ?';
      const isKnown =
        sql.exec(`SELECT 1 FROM ${table} ${where} AND ${column} = ?`, day, network, countable.item).toArray().length >
        0;
      if (isKnown) continue;
      const { n } = sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table} ${where}`, day, network).one();
      if (n >= countable.limit) return countable.kind;
      added.push(countable);
    }
    for (const { kind, item } of added) {
      const { table, column } = counters[kind];
      sql.exec(`INSERT INTO ${table} (day, address, ${column}) VALUES (?, ?, ?)`, day, network, item);
    }
    if (added.length > 0) onRowOfDay(day);
    return null;
  }

  /**
   * Counts uploaded bytes, unless the account or the address has reached its limit: then, and for no bytes, nothing is written.
   *
   * @param now UNIX milliseconds
   * @returns the limit that is reached, with the seconds until it resets; null if the upload was counted
   */
  async countUpload(
    { account, address, bytes, accountLimit, addressLimit }: Upload,
    now: number,
  ): Promise<{ limit: number; retryAfter: number } | null> {
    if (bytes === 0) return null;
    const { digest, onRowOfDay, sql } = this.#deps;
    const day = Math.floor(now / dayMs);
    const uploaders = [
      { key: await digest.of(day, account), limit: accountLimit },
      { key: await this.networkDigest(address, now), limit: addressLimit },
    ];
    for (const { key, limit } of uploaders) {
      const row = sql
        .exec<{ bytes: number }>('SELECT bytes FROM upload WHERE day = ? AND uploader = ?', day, key)
        .toArray()[0];
      if ((row?.bytes ?? 0) + bytes > limit) return { limit, retryAfter: secondsToNextDay(now) };
    }
    for (const { key } of uploaders)
      sql.exec(
        'INSERT INTO upload (day, uploader, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (day, uploader) DO UPDATE SET bytes = bytes + ?3',
        day,
        key,
        bytes,
      );
    onRowOfDay(day);
    return null;
  }

  /**
   * Counts a check of a key against Claude, unless the address has reached its limit within the last hour.
   *
   * @param limit checks an hour from one address
   * @param now UNIX milliseconds
   * @returns seconds until the next check is allowed; 0 if this one was counted
   */
  async countKeyCheck(address: string, limit: number, now: number): Promise<number> {
    const { digest, onRowOfDay, sql } = this.#deps;
    const day = Math.floor(now / dayMs);
    const network = addressNetwork(address);
    // The window of an hour may span midnight, where the HMAC key changes.
    const digests = [await digest.of(day, network), await digest.of(day - 1, network)];
    const rows = sql
      .exec<{ at: number }>(
        'SELECT at FROM key_check WHERE address IN (?, ?) AND at > ? ORDER BY at',
        ...digests,
        now - hourMs,
      )
      .toArray();
    const first = rows[rows.length - limit];
    if (limit === 0) return hourMs / 1000;
    if (first) return Math.ceil((first.at + hourMs - now) / 1000);
    sql.exec('INSERT INTO key_check (day, address, at) VALUES (?, ?, ?)', day, digests[0], now);
    onRowOfDay(day);
    return 0;
  }

  /** Replaces the ids of deleted visitors by random ones: the visitor is forgotten, the address's count stays. */
  forgetVisitors(visitors: readonly string[]): void {
    for (const visitor of visitors)
      this.#deps.sql.exec('UPDATE newcomer SET visitor = ? WHERE visitor = ?', crypto.randomUUID(), visitor);
  }

  /** Deletes `day` and all days before it. */
  deleteUpTo(day: number): void {
    for (const table of ['newcomer', 'sign_up', 'new_project', 'upload', 'key_check'])
      this.#deps.sql.exec(`DELETE FROM ${table} WHERE day <= ?`, day);
  }
}
