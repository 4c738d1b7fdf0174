import type { ClaudeCredential } from '../claude/client.ts';
import { ClaudeError } from '../claude/failure.ts';
import { type ListedModel, listModels } from '../claude/model-list.ts';
import { redactedLine } from '../claude/redact.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { ConnectionDetail } from '../protocol/resources.ts';
import { type Reply, replyOf } from '../session/reply.ts';
import { type RecordParts, SealedRecords } from './sealed-records.ts';

/** How long a list of models is good. Milliseconds. */
const modelsMs = 24 * 60 * 60_000;

/** After a list of models could not be had, until it is asked for again. Milliseconds. */
const modelsPauseMs = 60_000;

/** Statuses with which Claude speaks about the key; anything else is its own trouble or the line's. */
const rejections = new Set([400, 401, 402, 403]);

/** What is sealed. */
export type ConnectionSecret = { kind: 'api_key'; key: string };

/** A connection on its way from one account to another: by RPC only. */
export interface GivenConnection {
  secret: ConnectionSecret;
  label: string;
  since: number;
  broken: string | null;
}

export interface KeeperParts extends RecordParts {
  /** Resolves once all that was written is durable. */
  sync(): Promise<void>;
  /** Sees to it that `tend` is called when `dueAt` says so. */
  schedule(): void;
  /** Base URL of the Messages API. */
  baseUrl: string;
  fetch?: typeof fetch;
}

type Row = {
  kind: ConnectionDetail['kind'];
  label: string;
  since: number;
  version: number;
  broken: string | null;
  models: string | null;
  models_at: number | null;
};

/** An account's own connection to Claude: the only reader and writer of its credential. */
export class ConnectionKeeper {
  readonly #parts: KeeperParts;
  readonly #records: SealedRecords;
  /** The current secret, once it was opened. */
  #opened: { version: number; secret: ConnectionSecret } | null = null;
  #modelsFailedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#records = new SealedRecords(parts);
  }

  /** Whether there is a connection, broken or not. */
  get exists(): boolean {
    return this.#row() !== null;
  }

  detail(): ConnectionDetail | null {
    const row = this.#row();
    return row && detailOf(row);
  }

  /** The credential to ask Claude with. Refusals: `connection_broken`, `connection_unavailable`. */
  credential(): Promise<Reply<{ credential: ClaudeCredential }>> {
    return replyOf(async () => ({ credential: credentialOf(await this.#usable(this.#need())) }));
  }

  /**
   * Another credential, after Claude has answered 401 to one. For a key there is none: the connection is broken from then on,
   * unless it was replaced meanwhile.
   */
  renew(refused: ClaudeCredential): Promise<Reply<{ credential: ClaudeCredential }>> {
    return replyOf(async () => {
      const row = this.#need();
      const secret = await this.#usable(row);
      if (refused.kind !== 'api_key' || secret.key !== refused.key) return { credential: credentialOf(secret) };
      throw this.#break(row, 'Claude does not accept the key any more. Connect again to go on.');
    });
  }

  /**
   * Checks a key against Claude, then keeps it in place of what was connected before. Refusals: `key_rejected` with Claude's reason,
   * `claude_unreachable`.
   */
  connectKey(key: string): Promise<Reply<ConnectionDetail>> {
    return replyOf(async () => {
      const { baseUrl, now, fetch } = this.#parts;
      const credential = { kind: 'api_key', key } as const;
      const models = await listModels({ credential, baseUrl, ...(fetch && { fetch }) }).catch((error: unknown) => {
        throw checkFailed(error, key);
      });
      const label = key.length < 12 ? '…' : `…${key.slice(-4)}`;
      await this.#keep({ kind: 'api_key', key }, { label, since: now(), broken: null });
      this.#keepModels(models);
      return detailOf(this.#need());
    });
  }

  /** Forgets the connection; `tend` deletes it in KV. */
  forget(): void {
    this.#records.drop();
    this.#parts.sql.exec('DELETE FROM connection');
    this.#opened = null;
    this.#parts.schedule();
  }

  /** The connection, opened, for the account that this one is merged into; null where there is none. It stays here until `forget`. */
  give(): Promise<Reply<GivenConnection | null>> {
    return replyOf(async () => {
      const row = this.#row();
      if (!row) return null;
      const { label, since, broken } = row;
      return { secret: await this.#open(row), label, since, broken };
    });
  }

  /** Takes over a connection that another account has given, unless there is one here. Idempotent. */
  async takeOver({ secret, ...meta }: GivenConnection): Promise<void> {
    if (!this.exists) await this.#keep(secret, meta, null);
  }

  /** The models that the connection may use, at most a day old; null where Claude has not said so. */
  async models(): Promise<ListedModel[] | null> {
    const row = this.#row();
    if (!row) return null;
    const known = row.models === null ? null : (JSON.parse(row.models) as ListedModel[]);
    const { baseUrl, now, fetch } = this.#parts;
    if (known && now() - (row.models_at ?? 0) < modelsMs) return known;
    if (now() - this.#modelsFailedAt < modelsPauseMs) return known;
    try {
      const reply = await this.credential();
      if (!reply.ok) return known;
      const models = await listModels({ credential: reply.value.credential, baseUrl, ...(fetch && { fetch }) });
      if (this.#row()?.since === row.since) this.#keepModels(models);
      return models;
    } catch {
      this.#modelsFailedAt = now();
      return known;
    }
  }

  /** Seals the connection anew where it is sealed with a key that is not the active one. */
  reseal(): Promise<Reply<'none' | 'current' | 'resealed'>> {
    return replyOf(async () => {
      const row = this.#row();
      if (!row) return 'none';
      this.#opened = null;
      await this.#open(row);
      return this.#row()?.version === row.version ? 'current' : 'resealed';
    });
  }

  /** When `tend` is to be called (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#records.dueAt();
  }

  /** Brings KV to what stands here. What fails is due again later. */
  tend(): Promise<void> {
    return this.#records.tend();
  }

  #row(): Row | null {
    return this.#parts.sql.exec<Row>('SELECT * FROM connection').toArray()[0] ?? null;
  }

  #need(): Row {
    const row = this.#row();
    if (!row) throw new ProblemError('not_found', 'No Claude account is connected.');
    return row;
  }

  /** @throws ProblemError `connection_broken` */
  #usable(row: Row): Promise<ConnectionSecret> {
    if (row.broken !== null) throw new ProblemError('connection_broken', row.broken);
    return this.#open(row);
  }

  async #open(row: Row): Promise<ConnectionSecret> {
    const { version } = row;
    if (this.#opened?.version === version) return this.#opened.secret;
    const { plaintext, stale } = await this.#records.open(version);
    const secret = JSON.parse(plaintext) as ConnectionSecret;
    if (stale) await this.#reseal(secret, version);
    else if (this.#row()?.version === version) this.#opened = { version, secret };
    return secret;
  }

  /** The same secret under the active key, unless it was replaced meanwhile. */
  async #reseal(secret: ConnectionSecret, version: number): Promise<void> {
    const record = await this.#records.seal(JSON.stringify(secret));
    if (this.#row()?.version !== version) return;
    this.#records.keep(record);
    this.#parts.sql.exec('UPDATE connection SET version = ?', record.version);
    this.#opened = { version: record.version, secret };
    this.#parts.schedule();
  }

  /** @param expected the version that it takes the place of, null for none; where another has come meanwhile, nothing is kept */
  async #keep(
    secret: ConnectionSecret,
    { label, since, broken }: Pick<Row, 'label' | 'since' | 'broken'>,
    expected?: number | null,
  ): Promise<void> {
    const record = await this.#records.seal(JSON.stringify(secret));
    if (expected !== undefined && (this.#row()?.version ?? null) !== expected) return;
    this.#records.keep(record);
    this.#parts.sql.exec(
      'INSERT OR REPLACE INTO connection (id, kind, label, since, version, broken) VALUES (1, ?, ?, ?, ?, ?)',
      secret.kind,
      label,
      since,
      record.version,
      broken,
    );
    this.#opened = { version: record.version, secret };
    this.#parts.schedule();
    await this.#parts.sync();
  }

  #keepModels(models: readonly ListedModel[]): void {
    const text = JSON.stringify(models);
    this.#parts.sql.exec('UPDATE connection SET models = ?, models_at = ?', text, this.#parts.now());
  }

  #break(row: Row, reason: string): ProblemError {
    this.#parts.sql.exec('UPDATE connection SET broken = ? WHERE version = ?', reason, row.version);
    return new ProblemError('connection_broken', reason);
  }
}

function detailOf({ kind, label, since, broken }: Row): ConnectionDetail {
  return { kind, label, since, broken };
}

function credentialOf(secret: ConnectionSecret): ClaudeCredential {
  return { kind: 'api_key', key: secret.key };
}

function checkFailed(error: unknown, key: string): unknown {
  if (!(error instanceof ClaudeError)) return error;
  const { failure } = error;
  if (failure.kind === 'http' && rejections.has(failure.status)) {
    const reason = redactedLine((failure.message ?? '').replaceAll(key, '…'));
    return new ProblemError('key_rejected', reason || 'Claude did not accept the key.');
  }
  const detail = 'Claude could not be reached to check the key. Nothing was kept; try again in a moment.';
  return new ProblemError('claude_unreachable', detail);
}
