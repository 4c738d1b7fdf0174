/**
 * Pseudonyms of addresses and accounts: an HMAC-SHA-256 under a random key that is new each UTC day (table `address_key`). Once the
 * day's key is deleted, nothing leads back.
 */
export class DailyDigest {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @param day days since 1970; its key is made on first use */
  async of(day: number, text: string): Promise<string> {
    const key = await crypto.subtle.importKey('raw', this.#keyOf(day), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ]);
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
    return Buffer.from(mac).toString('base64url');
  }

  /** The oldest day with a key (days since 1970), or null. */
  oldestDay(): number | null {
    return this.#sql.exec<{ day: number | null }>('SELECT min(day) AS day FROM address_key').one().day;
  }

  /** Deletes the keys of `day` and of all days before it. */
  deleteUpTo(day: number): void {
    this.#sql.exec('DELETE FROM address_key WHERE day <= ?', day);
  }

  #keyOf(day: number): ArrayBuffer {
    const row = this.#sql.exec<{ key: ArrayBuffer }>('SELECT key FROM address_key WHERE day = ?', day).toArray()[0];
    if (row) return row.key;
    const key = crypto.getRandomValues(new Uint8Array(32)).buffer;
    this.#sql.exec('INSERT INTO address_key (day, key) VALUES (?, ?)', day, key);
    return key;
  }
}
