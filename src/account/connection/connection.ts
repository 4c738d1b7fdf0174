import type { ClaudeCredential } from '../../claude/claude-client.ts';
import { ClaudeError } from '../../claude/claude-error.ts';
import type { ListedModel } from '../../claude/fetch-models.ts';
import { type Grant, requestTokens, type Tokens } from '../../claude/oauth-protocol.ts';
import { redactedSentence } from '../../log/redact.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { ConnectionDetail } from '../../protocol/resources.ts';
import { type RpcResult, rpcResult } from '../../protocol/rpc-result.ts';
import type { ClaudeOAuth } from '../../settings.ts';
import type { OneTimeFlows } from '../storage/one-time-flows.ts';
import { unavailable } from '../storage/sealed-records.ts';
import { finishOAuth, startOAuth } from './connect-by-oauth.ts';
import { ConnectionModels } from './connection-models.ts';
import type { ConnectionRow } from './connection-table.ts';
import {
  type ConnectionSecret,
  ConnectionVault,
  type ConnectionVaultDeps,
  type TokenPair,
} from './connection-vault.ts';
import { askForTokens, type TokenOutcome } from './token-requests.ts';

/** A token is renewed this long before it expires, or a quarter of its life where that is shorter. Milliseconds. */
const aheadMs = 5 * 60_000;

/** A token that was renewed because Claude refused the one before, and is refused within this time, ends it. Milliseconds. */
const secondRefusalMs = 60_000;

/** Statuses with which Claude speaks about the key; anything else is its own trouble or the line's. */
const rejections = new Set([400, 401, 402, 403]);

/** A connection on its way from one account to another: by RPC only. */
export interface GivenConnection {
  secret: ConnectionSecret;
  label: string;
  since: number;
  broken: string | null;
  refreshSent: boolean;
}

export interface ConnectionDeps extends ConnectionVaultDeps {
  flows: OneTimeFlows;
  /** Null where the operator has not set it up: then no account is connected by OAuth. */
  oauth: ClaudeOAuth | null;
  /** Base URL of the Messages API. */
  baseUrl: string;
  fetch?: typeof fetch;
}

/** An account's own connection to Claude: the only reader and writer of its credential. */
export class Connection {
  readonly #parts: ConnectionDeps;
  readonly #safe: ConnectionVault;
  readonly #models: ConnectionModels;
  #refreshing: { connection: number; done: Promise<ConnectionSecret> } | null = null;

  constructor(parts: ConnectionDeps) {
    const { baseUrl, fetch, now } = parts;
    this.#parts = parts;
    this.#safe = new ConnectionVault(parts);
    this.#models = new ConnectionModels(this.#safe.book, { baseUrl, ...(fetch && { fetch }) }, now);
  }

  /** Whether there is a connection, broken or not. */
  get exists(): boolean {
    return this.#safe.book.read() !== null;
  }

  detail(): ConnectionDetail | null {
    const row = this.#safe.book.read();
    return row && this.#detailOf(row);
  }

  /** The credential to ask Claude with, refreshed where that is due. Refusals: `connection_broken`, `connection_unavailable`. */
  credential(): Promise<RpcResult<{ credential: ClaudeCredential }>> {
    return rpcResult(async () => {
      const secret = await this.#usable();
      if (secret.kind === 'api_key' || !isDue(secret.renewAt, this.#parts.now())) return this.#asCredential(secret);
      try {
        return this.#asCredential(await this.#refreshed(secret.accessToken, null));
      } catch (error) {
        // Until it has expired, the token at hand is as good as a new one.
        const isBroken = this.detail()?.broken !== null;
        if (!isBroken && !isDue(secret.expiresAt, this.#parts.now())) return this.#asCredential(secret);
        throw error;
      }
    });
  }

  /**
   * Another credential, after Claude has answered 401 to one: the current one where that is another already, else a refreshed one.
   * Where there is none to be had (a key, or the second refusal in a row), the connection is broken from then on.
   */
  renew(refused: ClaudeCredential): Promise<RpcResult<{ credential: ClaudeCredential }>> {
    return rpcResult(async () => {
      const secret = await this.#usable();
      if (secret.kind === 'api_key') {
        if (refused.kind !== 'api_key' || secret.key !== refused.key) return this.#asCredential(secret);
        throw this.#break('Claude does not accept the key any more. Connect again to go on.');
      }
      if (refused.kind !== 'oauth' || secret.accessToken !== refused.token) return this.#asCredential(secret);
      const now = this.#parts.now();
      // One that has run out is refused with good reason.
      const refusedAt = isDue(secret.renewAt, now) ? null : now;
      const renewedAt = this.#safe.need().renewed_at ?? Number.NEGATIVE_INFINITY;
      if (refusedAt !== null && now - renewedAt < secondRefusalMs && !this.#refreshing)
        throw this.#break('Claude refuses this connection, also with a fresh token. Connect again to go on.');
      return this.#asCredential(await this.#refreshed(refused.token, refusedAt));
    });
  }

  /**
   * Checks a key against Claude, then keeps it in place of what was connected before. Refusals: `key_rejected` with Claude's reason,
   * `claude_unreachable`.
   */
  connectKey(key: string): Promise<RpcResult<ConnectionDetail>> {
    return rpcResult(async () => {
      const models = await this.#models.ask({ kind: 'api_key', key }).catch((error: unknown) => {
        throw checkFailed(error, key);
      });
      // Of a short key four characters would be too much.
      const label = key.length < 12 ? '…' : `…${key.slice(-4)}`;
      await this.#safe.connect({ kind: 'api_key', key }, { label, since: this.#parts.now() });
      this.#models.keep(models);
      return this.#detailOf(this.#safe.need());
    });
  }

  /** Begins a connection by OAuth. Refusal: `not_found` where the operator has not set it up. */
  startOAuth(): Promise<RpcResult<{ url: string }>> {
    return rpcResult(async () => {
      const { flows, now, schedule } = this.#parts;
      const started = await startOAuth(flows, this.#client(), now());
      schedule();
      return started;
    });
  }

  /**
   * Finishes a connection by OAuth with what came back: `code#state`, or the address of the redirect. Refusals: `oauth_failed`,
   * `claude_unreachable`; `not_found` as above.
   */
  finishOAuth(text: string): Promise<RpcResult<ConnectionDetail>> {
    return rpcResult(async () => {
      this.#client();
      const { flows, now } = this.#parts;
      const tokens = await finishOAuth(flows, text, (grant) => this.#ask(grant), now());
      await this.#safe.connect(pairOf(tokens, null, now()), { label: 'Claude account', since: now() });
      return this.#detailOf(this.#safe.need());
    });
  }

  /** Forgets the connection; `tend` deletes it in KV. */
  forget(): void {
    this.#safe.forget();
  }

  /**
   * The connection, opened, for the account that this one is merged into; null where there is none. It stays here until `forget`,
   * is not refreshed any more, and no other is kept.
   */
  give(): Promise<RpcResult<GivenConnection | null>> {
    return rpcResult(async () => {
      this.#safe.close();
      this.#safe.book.update({ given: 1 });
      await this.#refreshing?.done.catch(() => undefined);
      if (!this.exists) return null;
      const secret = await this.#safe.open();
      const { label, since, broken, refresh_sent } = this.#safe.need();
      return { secret, label, since, broken, refreshSent: refresh_sent === 1 };
    });
  }

  /** Takes over a connection that another account has given, unless there is one here. Idempotent. */
  takeOver({ secret, label, since, broken, refreshSent }: GivenConnection): Promise<void> {
    return this.#safe.connect(secret, { label, since, broken, refresh_sent: refreshSent ? 1 : 0 }, true);
  }

  /** The models that the connection may use, at most a day old; null where Claude has not said so. */
  models(): Promise<ListedModel[] | null> {
    return this.#models.list(async () => {
      const reply = await this.credential();
      return reply.ok ? reply.value.credential : null;
    });
  }

  /** Seals the connection anew where it is sealed with a key that is not the active one. Refusal: `connection_unavailable`. */
  reseal(): Promise<RpcResult<'none' | 'current' | 'resealed'>> {
    return rpcResult(() => this.#safe.reseal());
  }

  /** When `tend` is to be called (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#safe.dueAt();
  }

  /** Brings KV to what stands here. What fails is due again later. */
  tend(): Promise<void> {
    return this.#safe.tend();
  }

  #detailOf({ kind, label, since, broken }: ConnectionRow): ConnectionDetail {
    const off = kind === 'oauth' && !this.#parts.oauth;
    return { kind, label, since, broken: off ? 'This site does not connect Claude accounts any more.' : broken };
  }

  /** @throws ProblemError `not_found` */
  #client(): ClaudeOAuth {
    const { oauth } = this.#parts;
    if (!oauth) throw new ProblemError('not_found', 'There is no such call.');
    return oauth;
  }

  #ask(grant: Grant): Promise<TokenOutcome> {
    const client = this.#client();
    return askForTokens(() => requestTokens(client, grant, this.#parts.fetch), this.#parts.wait);
  }

  #asCredential(secret: ConnectionSecret): { credential: ClaudeCredential } {
    if (secret.kind === 'api_key') return { credential: { kind: 'api_key', key: secret.key } };
    return { credential: { kind: 'oauth', token: secret.accessToken, beta: this.#client().beta } };
  }

  /** @throws ProblemError `not_found`, `connection_broken`, `connection_unavailable` */
  #usable(): Promise<ConnectionSecret> {
    const { broken } = this.#detailOf(this.#safe.need());
    if (broken !== null) throw new ProblemError('connection_broken', broken);
    return this.#safe.open();
  }

  #break(reason: string): ProblemError {
    this.#safe.book.update({ broken: reason });
    return new ProblemError('connection_broken', reason);
  }

  /**
   * What takes the place of a token. Who comes while it is fetched waits for the same.
   *
   * @param refusedAt when Claude refused the token; null where it is only due
   */
  #refreshed(stale: string, refusedAt: number | null): Promise<ConnectionSecret> {
    const connection = this.#safe.need().first_version;
    if (this.#refreshing?.connection === connection) return this.#refreshing.done;
    const done = this.#refresh(stale, refusedAt).finally(() => {
      if (this.#refreshing?.done === done) this.#refreshing = null;
    });
    this.#refreshing = { connection, done };
    return done;
  }

  async #refresh(stale: string, refusedAt: number | null): Promise<ConnectionSecret> {
    const { book } = this.#safe;
    const secret = await this.#safe.open();
    if (secret.kind !== 'oauth' || secret.accessToken !== stale) return secret;
    const { first_version, given, refresh_sent } = this.#safe.need();
    const { refreshToken } = secret;
    if (given === 1) throw unavailable('Your connection to Claude is being moved to your account.');
    if (refreshToken === null) throw this.#break('The connection to Claude has expired. Connect again to go on.');
    // Where the object is lost before the outcome is known, the next one finds that a refresh was under way.
    book.update({ refresh_sent: 1 });
    await this.#parts.sync();
    const { answer, lost } = await this.#ask({ grant_type: 'refresh_token', refresh_token: refreshToken });
    if (answer.kind === 'tokens') {
      const pair = pairOf(answer.tokens, refreshToken, this.#parts.now());
      const kept = await this.#safe.renew(first_version, pair, { refresh_sent: 0, renewed_at: refusedAt });
      return kept ? pair : this.#usable();
    }
    if (book.read()?.first_version !== first_version) return this.#usable();
    const everLost = refresh_sent === 1 || lost;
    book.update({ refresh_sent: everLost ? 1 : 0 });
    if (answer.kind === 'refused') throw this.#break(everLost ? answerLost : grantEnded);
    if (answer.kind === 'failed') console.error(`A refresh of a Claude connection failed: ${answer.reason}`);
    throw unavailable('The connection to Claude cannot be renewed at the moment.');
  }
}

const grantEnded = 'Claude has ended this connection. Connect again to go on.';
const answerLost =
  'The answer to a renewal of this connection got lost, and Claude does not give it again. Connect again to go on.';

function isDue(at: number | null, now: number): boolean {
  return at !== null && at <= now;
}

function pairOf({ accessToken, refreshToken, lifeMs }: Tokens, former: string | null, now: number): TokenPair {
  const expiresAt = lifeMs === null ? null : now + lifeMs;
  const renewAt = lifeMs === null ? null : now + lifeMs - Math.min(aheadMs, lifeMs / 4);
  return { kind: 'oauth', accessToken, refreshToken: refreshToken ?? former, renewAt, expiresAt };
}

function checkFailed(error: unknown, key: string): unknown {
  if (!(error instanceof ClaudeError)) return error;
  const { failure } = error;
  if (failure.kind === 'http' && rejections.has(failure.status)) {
    const reason = redactedSentence((failure.message ?? '').replaceAll(key, '…'));
    return new ProblemError('key_rejected', reason || 'Claude did not accept the key.');
  }
  const detail = 'Claude could not be reached to check the key. Nothing was kept; try again in a moment.';
  return new ProblemError('claude_unreachable', detail);
}
