import { addressNetwork } from './address-network.ts';

const dayMs = 86_400_000;

const hourMs = 3_600_000;

export interface AddressLimitsDeps {
  sql: SqlStorage;
  /** Called after a row of this UTC day (days since 1970) was written: the owner deletes old days by an alarm. */
  onRowOfDay(day: number): void;
}

/**
 * Two rate limits per address: new visitors a UTC day (table `newcomer`) and key checks an hour (table `key_check`). An address is
 * stored only as an HMAC of its network, under a random key that is new each day (table `address_key`).
 */
export class AddressLimits {
  readonly #deps: AddressLimitsDeps;

  constructor(deps: AddressLimitsDeps) {
    this.#deps = deps;
  }

  /**
   * Counts a new visitor. Idempotent by visitor and day.
   *
   * @param limit new visitors a UTC day from one address
   * @param now UNIX milliseconds
   * @returns false if the address has reached its limit today
   */
  async admitNewVisitor(visitor: string, address: string, limit: number, now: number): Promise<boolean> {
    const { sql } = this.#deps;
    const day = Math.floor(now / dayMs);
    const network = await this.#digest(day, addressNetwork(address));
    const known = sql
      .exec('SELECT 1 FROM newcomer WHERE day = ? AND address = ? AND visitor = ?', day, network, visitor)
      .toArray();
    if (known.length > 0) return true;
    const { n } = sql
      .exec<{ n: number }>('SELECT count(*) AS n FROM newcomer WHERE day = ? AND address = ?', day, network)
      .one();
    if (n >= limit) return false;
    sql.exec('INSERT INTO newcomer (day, address, visitor) VALUES (?, ?, ?)', day, network, visitor);
    this.#deps.onRowOfDay(day);
    return true;
  }

  /**
   * Counts a check of a key against Claude, unless the address has reached its limit within the last hour.
   *
   * @param limit checks an hour from one address
   * @param now UNIX milliseconds
   * @returns seconds until the next check is allowed; 0 if this one was counted
   */
  async countKeyCheck(address: string, limit: number, now: number): Promise<number> {
    const { sql } = this.#deps;
    const day = Math.floor(now / dayMs);
    const network = addressNetwork(address);
    // The window of an hour may span midnight, where the HMAC key changes.
    const digests = [await this.#digest(day, network), await this.#digest(day - 1, network)];
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
    this.#deps.onRowOfDay(day);
    return 0;
  }

  /** Replaces the ids of deleted visitors by random ones: the visitor is forgotten, the address's count stays. */
  forgetVisitors(visitors: readonly string[]): void {
    for (const visitor of visitors)
      this.#deps.sql.exec('UPDATE newcomer SET visitor = ? WHERE visitor = ?', crypto.randomUUID(), visitor);
  }

  /** The oldest day with an HMAC key (days since 1970), or null. */
  oldestDay(): number | null {
    return this.#deps.sql.exec<{ day: number | null }>('SELECT min(day) AS day FROM address_key').one().day;
  }

  /** Deletes `day` and all days before it. */
  deleteUpTo(day: number): void {
    for (const table of ['address_key', 'newcomer', 'key_check'])
      this.#deps.sql.exec(`DELETE FROM ${table} WHERE day <= ?`, day);
  }

  /** The HMAC of a network under the key of the day, which is made on first use. */
  async #digest(day: number, network: string): Promise<string> {
    const { sql } = this.#deps;
    const row = sql.exec<{ key: ArrayBuffer }>('SELECT key FROM address_key WHERE day = ?', day).toArray()[0];
    const secret = row?.key ?? crypto.getRandomValues(new Uint8Array(32)).buffer;
    if (!row) sql.exec('INSERT INTO address_key (day, key) VALUES (?, ?)', day, secret);
    const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(network));
    return Buffer.from(mac).toString('base64url');
  }
}
