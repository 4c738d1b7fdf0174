import { ProblemError } from '../../protocol/problems.ts';
import { type SealedRecord, SealedRecords, type SealedRecordsDeps } from '../storage/sealed-records.ts';
import { type ConnectionRow, ConnectionTable } from './connection-table.ts';

/** What is sealed. Times are UNIX milliseconds, null where the server did not say. */
export type ConnectionSecret = { kind: 'api_key'; key: string } | TokenPair;

export interface TokenPair {
  kind: 'oauth';
  accessToken: string;
  refreshToken: string | null;
  /** When a new token is fetched. */
  renewAt: number | null;
  expiresAt: number | null;
}

export interface ConnectionVaultDeps extends SealedRecordsDeps {
  /** Resolves once all that was written is durable. */
  sync(): Promise<void>;
  /** Sees to it that `tend` is called when `dueAt` says so. */
  schedule(): void;
}

/** The connection of one account as it is kept: its row, and its sealed secret. */
export class ConnectionVault {
  readonly book: ConnectionTable;
  readonly #parts: ConnectionVaultDeps;
  readonly #records: SealedRecords;
  #closed = false;
  /** The current secret, once it was opened. */
  #opened: { version: number; secret: ConnectionSecret } | null = null;

  constructor(parts: ConnectionVaultDeps) {
    this.#parts = parts;
    this.book = new ConnectionTable(parts.sql);
    this.#records = new SealedRecords(parts);
  }

  /** @throws ProblemError `not_found` */
  need(): ConnectionRow {
    const row = this.book.read();
    if (!row) throw new ProblemError('not_found', 'No Claude account is connected.');
    return row;
  }

  /** The current secret. @throws ProblemError `not_found`, `connection_unavailable` */
  async open(): Promise<ConnectionSecret> {
    const { version } = this.need();
    if (this.#opened?.version === version) return this.#opened.secret;
    const { plaintext, stale } = await this.#records.open(version);
    const secret = JSON.parse(plaintext) as ConnectionSecret;
    const record = stale ? await this.#records.seal(plaintext) : null;
    // Another may have come meanwhile: then neither is this one sealed anew, nor remembered.
    if (this.book.read()?.version !== version) return this.open();
    if (record) this.#replace(record, secret, {});
    else this.#opened = { version, secret };
    return secret;
  }

  /** From now on it keeps no other connection, also none that is on its way. */
  close(): void {
    this.#closed = true;
  }

  /** Keeps a connection in place of the one before; durable when it resolves. @throws ProblemError `not_found` once it is closed */
  async connect(
    secret: ConnectionSecret,
    { label, since, ...changes }: Pick<ConnectionRow, 'label' | 'since'> & Partial<ConnectionRow>,
    unlessConnected = false,
  ): Promise<void> {
    const record = await this.#records.seal(JSON.stringify(secret));
    if (this.#closed)
      throw new ProblemError('not_found', 'Somebody has signed in, in this browser. Reload the page, then connect.');
    if (unlessConnected && this.book.read()) return;
    this.book.connect({ kind: secret.kind, label, since, version: record.version });
    this.#replace(record, secret, changes);
    await this.#parts.sync();
  }

  /**
   * Keeps a new secret of the same connection; durable when it resolves.
   *
   * @param connection its `first_version`
   * @returns false where it was forgotten or replaced meanwhile
   */
  async renew(connection: number, secret: ConnectionSecret, changes: Partial<ConnectionRow>): Promise<boolean> {
    const record = await this.#records.seal(JSON.stringify(secret));
    if (this.book.read()?.first_version !== connection) return false;
    this.#replace(record, secret, changes);
    await this.#parts.sync();
    return true;
  }

  forget(): void {
    this.#records.drop();
    this.book.remove();
    this.#opened = null;
    this.#parts.schedule();
  }

  /** Seals the secret anew where it is sealed with a key that is not the active one. @throws ProblemError `connection_unavailable` */
  async reseal(): Promise<'none' | 'current' | 'resealed'> {
    const before = this.book.read()?.version;
    if (before === undefined) return 'none';
    this.#opened = null;
    await this.open();
    return this.book.read()?.version === before ? 'current' : 'resealed';
  }

  /** When `tend` is to be called (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#records.dueAt();
  }

  /** Brings KV to what stands here. What fails is due again later. */
  tend(): Promise<void> {
    return this.#records.tend();
  }

  /** Makes a record the current one. Nothing leaves the object before that is durable. */
  #replace(record: SealedRecord, secret: ConnectionSecret, changes: Partial<ConnectionRow>): void {
    this.#records.keep(record);
    this.book.update({ ...changes, version: record.version });
    this.#opened = { version: record.version, secret };
    this.#parts.schedule();
  }
}
