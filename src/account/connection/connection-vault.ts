import * as v from 'valibot';
import { ProblemError } from '../../protocol/problems.ts';
import { parseStored } from '../../storage/stored-json.ts';
import { type SealedRecord, SealedRecords, type SealedRecordsDeps } from '../storage/sealed-kv-records.ts';
import { type BrokenReason, brokenSentences, connectionBroken } from './broken-connection.ts';
import { type ConnectionRow, ConnectionTable } from './connection-table.ts';

/** The plaintext of a sealed record. Times are UNIX milliseconds, null if the server did not say. */
export type ConnectionSecret = v.InferOutput<typeof ConnectionSecret>;

const TokenPair = v.object({
  kind: v.literal('oauth'),
  accessToken: v.string(),
  refreshToken: v.nullable(v.string()),
  /** When the token is to be refreshed. */
  renewAt: v.nullable(v.number()),
  expiresAt: v.nullable(v.number()),
});
export type TokenPair = v.InferOutput<typeof TokenPair>;

const ConnectionSecret = v.variant('kind', [v.object({ kind: v.literal('api_key'), key: v.string() }), TokenPair]);

export interface ConnectionVaultDeps extends SealedRecordsDeps {
  /** Resolves once all writes are durable. */
  sync(): Promise<void>;
  /** Makes sure that `syncKv` is called at `dueAt`. */
  schedule(): void;
}

/** The stored connection of one account: its row and its sealed secret, changed together. */
export class ConnectionVault {
  readonly table: ConnectionTable;
  readonly #deps: ConnectionVaultDeps;
  readonly #records: SealedRecords;
  #refusesNew = false;
  /** The current secret, once it was opened. */
  #cached: { version: number; secret: ConnectionSecret } | null = null;

  constructor(deps: ConnectionVaultDeps) {
    this.#deps = deps;
    this.table = new ConnectionTable(deps.sql);
    this.#records = new SealedRecords(deps);
  }

  /** @throws ProblemError `not_found` */
  requireRow(): ConnectionRow {
    const row = this.table.read();
    if (!row) throw new ProblemError('not_found', 'No Claude account is connected.', { reason: 'connection' });
    return row;
  }

  /** The current secret. @throws ProblemError `not_found`, `connection_unavailable` */
  async open(): Promise<ConnectionSecret> {
    const { version } = this.requireRow();
    if (this.#cached?.version === version) return this.#cached.secret;
    const { plaintext, stale } = await this.#records.open(version);
    const secret = parseStored(ConnectionSecret, plaintext, 'connection');
    const record = stale ? await this.#records.seal(plaintext) : null;
    // Replaced during the awaits: this secret must be neither resealed nor cached.
    if (this.table.read()?.version !== version) return this.open();
    if (record) this.#makeCurrent(record, secret, {});
    else this.#cached = { version, secret };
    return secret;
  }

  /** Marks the connection as unusable until it is connected again. @returns the `connection_broken` to throw */
  markBroken(reason: BrokenReason): ProblemError {
    this.table.update({ broken: brokenSentences[reason] });
    return connectionBroken(brokenSentences[reason]);
  }

  /** From now on `connect` stores nothing, not even a connection that is being sealed already. */
  refuseNewConnections(): void {
    this.#refusesNew = true;
  }

  /**
   * Stores a connection in place of the previous one; durable when it resolves.
   *
   * @param unlessConnected keeps an existing connection instead
   * @throws ProblemError `not_found` after `refuseNewConnections`
   */
  async connect(
    secret: ConnectionSecret,
    { label, since, ...changes }: Pick<ConnectionRow, 'label' | 'since'> & Partial<ConnectionRow>,
    unlessConnected = false,
  ): Promise<void> {
    const record = await this.#records.seal(JSON.stringify(secret));
    if (this.#refusesNew)
      throw new ProblemError('not_found', 'Somebody has signed in, in this browser. Reload the page, then connect.', {
        reason: 'signed_in_meanwhile',
      });
    if (unlessConnected && this.table.read()) return;
    this.table.replace({ kind: secret.kind, label, since, version: record.version });
    this.#makeCurrent(record, secret, changes);
    await this.#deps.sync();
  }

  /**
   * Stores a new secret of the same connection; durable when it resolves.
   *
   * @param connection its `first_version`
   * @returns false if the connection was forgotten or replaced meanwhile
   */
  async replaceSecret(connection: number, secret: ConnectionSecret, changes: Partial<ConnectionRow>): Promise<boolean> {
    const record = await this.#records.seal(JSON.stringify(secret));
    if (this.table.read()?.first_version !== connection) return false;
    this.#makeCurrent(record, secret, changes);
    await this.#deps.sync();
    return true;
  }

  forget(): void {
    this.#records.retireCurrent();
    this.table.remove();
    this.#cached = null;
    this.#deps.schedule();
  }

  /** Seals the secret anew if it is not sealed with the active key. @throws ProblemError `connection_unavailable` */
  async reseal(): Promise<'none' | 'current' | 'resealed'> {
    const before = this.table.read()?.version;
    if (before === undefined) return 'none';
    this.#cached = null;
    await this.open();
    return this.table.read()?.version === before ? 'current' : 'resealed';
  }

  /** When `syncKv` is to be called (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#records.dueAt();
  }

  /** Writes to KV what this object holds. Failures are due again later. */
  syncKv(): Promise<void> {
    return this.#records.syncKv();
  }

  /** Synchronous: the object's output gate holds every response until these writes are durable. */
  #makeCurrent(record: SealedRecord, secret: ConnectionSecret, changes: Partial<ConnectionRow>): void {
    this.#records.makeCurrent(record);
    this.table.update({ ...changes, version: record.version });
    this.#cached = { version: record.version, secret };
    this.#deps.schedule();
  }
}
