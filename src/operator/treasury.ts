import { DurableObject } from 'cloudflare:workers';
import { addressNetwork } from './address-network.ts';

/** Days that reservations and visitor counts are kept after they ended, so that a late settlement still finds its row. */
const keepDays = 2;

const dayMs = 86_400_000;

const hourMs = 3_600_000;

/** Dollars are kept as whole millionths, so that sums stay exact. */
const micro = 1_000_000;

/**
 * The operator's money and the new visitors per address: one object for the whole deployment, asked only for turns that the
 * operator pays, and before a key is checked.
 */
export class Treasury extends DurableObject<object> {
  readonly #sql = this.ctx.storage.sql;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS spend_day (day INTEGER PRIMARY KEY, microusd INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS reservation (call TEXT PRIMARY KEY, day INTEGER NOT NULL, microusd INTEGER NOT NULL, settled INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS address_key (day INTEGER PRIMARY KEY, key BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS newcomer (day INTEGER NOT NULL, address TEXT NOT NULL, visitor TEXT NOT NULL, PRIMARY KEY (day, address, visitor)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS key_check (day INTEGER NOT NULL, address TEXT NOT NULL, at INTEGER NOT NULL);
    `);
  }

  /** Whether the day's budget would cover a call of `usd` dollars now. Reserves nothing. */
  covers(usd: number, capUsd: number, now: number = Date.now()): boolean {
    return this.#spent(Math.floor(now / dayMs)) + Math.ceil(usd * micro) <= Math.floor(capUsd * micro);
  }

  /**
   * Reserves the most that one model call may cost, against the cap of the UTC day. Idempotent by call id.
   *
   * @param usd dollars
   * @param capUsd dollars a UTC day, whole deployment
   * @returns false where the day's budget does not cover it
   */
  reserve(call: string, usd: number, capUsd: number, now: number = Date.now()): boolean {
    if (this.#reservation(call)) return true;
    if (!this.covers(usd, capUsd, now)) return false;
    const day = Math.floor(now / dayMs);
    const amount = Math.ceil(usd * micro);
    this.#sql.exec('INSERT INTO reservation (call, day, microusd, settled) VALUES (?, ?, ?, 0)', call, day, amount);
    this.#add(day, amount);
    this.#expireAt(day);
    return true;
  }

  /** Settles a reservation at what was used (dollars). Idempotent; an unknown call is ignored. */
  settle(call: string, usd: number): void {
    const reservation = this.#reservation(call);
    if (!reservation || reservation.settled) return;
    const amount = Math.ceil(usd * micro);
    this.#sql.exec('UPDATE reservation SET microusd = ?, settled = 1 WHERE call = ?', amount, call);
    this.#add(reservation.day, amount - reservation.microusd);
  }

  /**
   * Lets a new visitor have trial turns, where the address has not sent too many today. Idempotent by visitor and day. The address
   * is kept only as an HMAC under a key that is made anew each day.
   *
   * @param limit new visitors a UTC day from one address
   */
  async welcome(visitor: string, address: string, limit: number, now: number = Date.now()): Promise<boolean> {
    const day = Math.floor(now / dayMs);
    const network = await this.#digest(day, addressNetwork(address));
    const known = this.#sql
      .exec('SELECT 1 FROM newcomer WHERE day = ? AND address = ? AND visitor = ?', day, network, visitor)
      .toArray();
    if (known.length > 0) return true;
    const { n } = this.#sql
      .exec<{ n: number }>('SELECT count(*) AS n FROM newcomer WHERE day = ? AND address = ?', day, network)
      .one();
    if (n >= limit) return false;
    this.#sql.exec('INSERT INTO newcomer (day, address, visitor) VALUES (?, ?, ?)', day, network, visitor);
    this.#expireAt(day);
    return true;
  }

  /**
   * Counts a check of a key against Claude, where the address has not made too many in the last hour. Addresses as in `welcome`.
   *
   * @param limit checks an hour from one address
   * @returns seconds until a check may be made, 0 where it was counted
   */
  async countKeyCheck(address: string, limit: number, now: number = Date.now()): Promise<number> {
    const day = Math.floor(now / dayMs);
    const network = addressNetwork(address);
    // The key changes at midnight, the hour does not end there.
    const digests = [await this.#digest(day, network), await this.#digest(day - 1, network)];
    const rows = this.#sql
      .exec<{ at: number }>(
        'SELECT at FROM key_check WHERE address IN (?, ?) AND at > ? ORDER BY at',
        ...digests,
        now - hourMs,
      )
      .toArray();
    const first = rows[rows.length - limit];
    if (limit === 0) return hourMs / 1000;
    if (first) return Math.ceil((first.at + hourMs - now) / 1000);
    this.#sql.exec('INSERT INTO key_check (day, address, at) VALUES (?, ?, ?)', day, digests[0], now);
    this.#expireAt(day);
    return 0;
  }

  /** Forgets who visitors were that have deleted their account. That somebody came from their address still counts. */
  forgetVisitors(visitors: readonly string[]): void {
    for (const visitor of visitors)
      this.#sql.exec('UPDATE newcomer SET visitor = ? WHERE visitor = ?', crypto.randomUUID(), visitor);
  }

  /** Forgets days that are over. */
  override async alarm(): Promise<void> {
    const oldest = Math.floor(Date.now() / dayMs) - keepDays;
    for (const table of ['spend_day', 'reservation', 'address_key', 'newcomer', 'key_check'])
      this.#sql.exec(`DELETE FROM ${table} WHERE day <= ?`, oldest);
    const next = this.#sql
      .exec<{ day: number | null }>(
        'SELECT min(day) AS day FROM (SELECT day FROM spend_day UNION ALL SELECT day FROM address_key)',
      )
      .one().day;
    if (next !== null) await this.ctx.storage.setAlarm((next + keepDays + 1) * dayMs);
  }

  #reservation(call: string): { day: number; microusd: number; settled: number } | undefined {
    return this.#sql
      .exec<{ day: number; microusd: number; settled: number }>(
        'SELECT day, microusd, settled FROM reservation WHERE call = ?',
        call,
      )
      .toArray()[0];
  }

  #spent(day: number): number {
    return (
      this.#sql.exec<{ microusd: number }>('SELECT microusd FROM spend_day WHERE day = ?', day).toArray()[0]
        ?.microusd ?? 0
    );
  }

  #add(day: number, amount: number): void {
    this.#sql.exec(
      'INSERT INTO spend_day (day, microusd) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET microusd = microusd + ?2',
      day,
      amount,
    );
  }

  #expireAt(day: number): void {
    this.ctx.waitUntil(
      this.ctx.storage.getAlarm().then(async (at) => {
        if (at === null) await this.ctx.storage.setAlarm((day + keepDays + 1) * dayMs);
      }),
    );
  }

  async #digest(day: number, network: string): Promise<string> {
    const row = this.#sql.exec<{ key: ArrayBuffer }>('SELECT key FROM address_key WHERE day = ?', day).toArray()[0];
    const secret = row?.key ?? crypto.getRandomValues(new Uint8Array(32)).buffer;
    if (!row) this.#sql.exec('INSERT INTO address_key (day, key) VALUES (?, ?)', day, secret);
    const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(network));
    return Buffer.from(mac).toString('base64url');
  }
}
