import type { ClaudeCredential } from '../../claude/claude-client.ts';
import { ClaudeError } from '../../claude/claude-error.ts';
import type { ListedModel } from '../../claude/fetch-models.ts';
import { requestTokens, type TokenGrant } from '../../claude/oauth-protocol.ts';
import { redactedSentence } from '../../log/redact.ts';
import type { OutboundFetch } from '../../net/outbound-fetch.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { ConnectionDetail } from '../../protocol/resources.ts';
import { type RpcResult, rpcResult } from '../../protocol/rpc-result.ts';
import type { ClaudeOAuth } from '../../settings.ts';
import type { OneTimeFlows } from '../storage/one-time-flows.ts';
import { brokenReasonOf, brokenSentences, connectionBroken } from './broken-connection.ts';
import { finishOAuth, startOAuth } from './connect-by-oauth.ts';
import { ConnectionModels } from './connection-models.ts';
import type { ConnectionRow } from './connection-table.ts';
import { type ConnectionSecret, ConnectionVault, type ConnectionVaultDeps } from './connection-vault.ts';
import { TokenRefresh, tokenPairOf } from './token-refresh.ts';
import { requestWithRetries, type TokenOutcome } from './token-requests.ts';

/** If Claude refuses a token, and its replacement again within this time, the connection is broken. Milliseconds. */
const secondRefusalMs = 60_000;

/** Statuses by which Claude judges the key; any other is a failure of Claude or of the network. */
const keyRejectionStatuses = new Set([400, 401, 402, 403]);

/** A connection on its way from one account to another: by RPC only. */
export interface ConnectionTransfer {
  secret: ConnectionSecret;
  label: string;
  since: number;
  broken: string | null;
  refreshSent: boolean;
}

export interface ConnectionDeps extends ConnectionVaultDeps {
  flows: OneTimeFlows;
  /** Null if the operator has not set it up: then no account is connected by OAuth. */
  oauth: ClaudeOAuth | null;
  /** Base URL of the Messages API. */
  baseUrl: string;
  fetch?: OutboundFetch;
}

/** An account's own connection to Claude: the only reader and writer of its credential. */
export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #vault: ConnectionVault;
  readonly #models: ConnectionModels;
  readonly #refresh: TokenRefresh;

  constructor(deps: ConnectionDeps) {
    const { baseUrl, fetch, now, sync } = deps;
    this.#deps = deps;
    this.#vault = new ConnectionVault(deps);
    this.#models = new ConnectionModels(this.#vault.table, { baseUrl, ...(fetch && { fetch }) }, now);
    this.#refresh = new TokenRefresh({
      vault: this.#vault,
      now,
      sync,
      requestTokens: (grant) => this.#requestTokens(grant),
      usableSecret: () => this.#usableSecret(),
    });
  }

  /** Whether there is a connection, broken or not. */
  get exists(): boolean {
    return this.#vault.table.read() !== null;
  }

  detail(): ConnectionDetail | null {
    const row = this.#vault.table.read();
    return row && this.#detailOf(row);
  }

  /** The credential for requests to Claude, refreshed if that is due. Refusals: `connection_broken`, `connection_unavailable`. */
  credential(): Promise<RpcResult<{ credential: ClaudeCredential }>> {
    return rpcResult(async () => {
      const secret = await this.#usableSecret();
      if (secret.kind === 'api_key' || !isDue(secret.renewAt, this.#deps.now())) return this.#asCredential(secret);
      try {
        return this.#asCredential(await this.#refresh.run(secret.accessToken, null));
      } catch (error) {
        // Until it expires, the present token is as good as a new one.
        const isBroken = this.detail()?.broken !== null;
        if (!isBroken && !isDue(secret.expiresAt, this.#deps.now())) return this.#asCredential(secret);
        throw error;
      }
    });
  }

  /**
   * Another credential, after Claude has answered 401 to one: the current one if it differs, else a refreshed one. If none can be had
   * (a key, or the second refusal in a row), the connection is broken from then on.
   */
  renew(refused: ClaudeCredential): Promise<RpcResult<{ credential: ClaudeCredential }>> {
    return rpcResult(async () => {
      const secret = await this.#usableSecret();
      if (secret.kind === 'api_key') {
        if (refused.kind !== 'api_key' || secret.key !== refused.key) return this.#asCredential(secret);
        throw this.#vault.markBroken('key_refused');
      }
      if (refused.kind !== 'oauth' || secret.accessToken !== refused.token) return this.#asCredential(secret);
      const now = this.#deps.now();
      // An expired token was bound to be refused, so this does not count as a refusal.
      const refusedAt = isDue(secret.renewAt, now) ? null : now;
      const renewedAt = this.#vault.requireRow().renewed_at ?? Number.NEGATIVE_INFINITY;
      if (refusedAt !== null && now - renewedAt < secondRefusalMs && !this.#refresh.isRunning)
        throw this.#vault.markBroken('token_refused');
      return this.#asCredential(await this.#refresh.run(refused.token, refusedAt));
    });
  }

  /**
   * Checks a key against Claude, then stores it in place of the previous connection. Refusals: `key_rejected` with Claude's reason,
   * `claude_unreachable`.
   */
  connectKey(key: string): Promise<RpcResult<ConnectionDetail>> {
    return rpcResult(async () => {
      const models = await this.#models.fetch({ kind: 'api_key', key }).catch((error: unknown) => {
        throw keyCheckError(error, key);
      });
      // Four characters would be too much of a short key.
      const label = key.length < 12 ? '…' : `…${key.slice(-4)}`;
      await this.#vault.connect({ kind: 'api_key', key }, { label, since: this.#deps.now() });
      this.#models.store(models);
      return this.#detailOf(this.#vault.requireRow());
    });
  }

  /** Begins a connection by OAuth. Refusal: `not_found` if the operator has not set it up. */
  startOAuth(): Promise<RpcResult<{ url: string }>> {
    return rpcResult(async () => {
      const { flows, now, schedule } = this.#deps;
      const started = await startOAuth(flows, this.#requireClient(), now());
      schedule();
      return started;
    });
  }

  /**
   * Finishes a connection by OAuth.
   *
   * @param text `code#state`, or the address of the redirect
   * @returns refusals: `oauth_failed`, `claude_unreachable`; `not_found` as of `startOAuth`
   */
  finishOAuth(text: string): Promise<RpcResult<ConnectionDetail>> {
    return rpcResult(async () => {
      this.#requireClient();
      const { flows, now } = this.#deps;
      const tokens = await finishOAuth(flows, text, (grant) => this.#requestTokens(grant), now());
      await this.#vault.connect(tokenPairOf(tokens, null, now()), { label: 'Claude account', since: now() });
      return this.#detailOf(this.#vault.requireRow());
    });
  }

  /** Forgets the connection; `syncKv` deletes its records in KV. */
  forget(): void {
    this.#vault.forget();
  }

  /**
   * The opened connection, for the account that this one is merged into; null if there is none. It stays here until `forget`, but is
   * not refreshed any more, and no other takes its place.
   */
  exportTransfer(): Promise<RpcResult<ConnectionTransfer | null>> {
    return rpcResult(async () => {
      this.#vault.refuseNewConnections();
      this.#vault.table.update({ given: 1 });
      await this.#refresh.settled();
      if (!this.exists) return null;
      const secret = await this.#vault.open();
      const { label, since, broken, refresh_sent } = this.#vault.requireRow();
      return { secret, label, since, broken, refreshSent: refresh_sent === 1 };
    });
  }

  /** Stores the connection of a merged account, unless there is one here already. Idempotent. */
  importTransfer({ secret, label, since, broken, refreshSent }: ConnectionTransfer): Promise<void> {
    return this.#vault.connect(secret, { label, since, broken, refresh_sent: refreshSent ? 1 : 0 }, true);
  }

  /** The models that the connection may use, at most a day old; null if Claude has not told them. */
  models(): Promise<ListedModel[] | null> {
    return this.#models.list(async () => {
      const reply = await this.credential();
      return reply.ok ? reply.value.credential : null;
    });
  }

  /** Seals the connection anew if it is not sealed with the active key. Refusal: `connection_unavailable`. */
  reseal(): Promise<RpcResult<'none' | 'current' | 'resealed'>> {
    return rpcResult(() => this.#vault.reseal());
  }

  /** When `syncKv` is to be called (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#vault.dueAt();
  }

  /** Writes to KV what this object holds. Failures are due again later. */
  syncKv(): Promise<void> {
    return this.#vault.syncKv();
  }

  #detailOf({ kind, label, since, broken }: ConnectionRow): ConnectionDetail {
    const off = kind === 'oauth' && !this.#deps.oauth;
    const sentence = off ? brokenSentences.off : broken;
    const reason = brokenReasonOf(sentence);
    return { kind, label, since, broken: sentence, ...(reason ? { brokenReason: reason } : {}) };
  }

  /** @throws ProblemError `not_found` */
  #requireClient(): ClaudeOAuth {
    const { oauth } = this.#deps;
    if (!oauth) throw new ProblemError('not_found', 'There is no such call.', { reason: 'call' });
    return oauth;
  }

  #requestTokens(grant: TokenGrant): Promise<TokenOutcome> {
    const client = this.#requireClient();
    return requestWithRetries(() => requestTokens(client, grant, this.#deps.fetch), this.#deps.wait);
  }

  #asCredential(secret: ConnectionSecret): { credential: ClaudeCredential } {
    if (secret.kind === 'api_key') return { credential: { kind: 'api_key', key: secret.key } };
    return { credential: { kind: 'oauth', token: secret.accessToken, beta: this.#requireClient().beta } };
  }

  /** @throws ProblemError `not_found`, `connection_broken`, `connection_unavailable` */
  #usableSecret(): Promise<ConnectionSecret> {
    const { broken } = this.#detailOf(this.#vault.requireRow());
    if (broken !== null) throw connectionBroken(broken);
    return this.#vault.open();
  }
}

function isDue(at: number | null, now: number): boolean {
  return at !== null && at <= now;
}

function keyCheckError(error: unknown, key: string): unknown {
  if (!(error instanceof ClaudeError)) return error;
  const { failure } = error;
  if (failure.kind === 'http' && keyRejectionStatuses.has(failure.status)) {
    const reason = redactedSentence((failure.message ?? '').replaceAll(key, '…'));
    return new ProblemError('key_rejected', reason || 'Claude did not accept the key.', reason ? { says: reason } : {});
  }
  const detail = 'Claude could not be reached to check the key. Nothing was kept; try again in a moment.';
  return new ProblemError('claude_unreachable', detail, { reason: 'key_check' });
}

/** The refusal of what needs a connection, where there is none. */
export function notConnected(): RpcResult<never> {
  return { ok: false, code: 'not_found', detail: 'No Claude account is connected.', fields: { reason: 'connection' } };
}
