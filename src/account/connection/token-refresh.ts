import type { TokenGrant, Tokens } from '../../claude/oauth-protocol.ts';
import { logError } from '../../log/error-log.ts';
import { connectionUnavailable } from '../storage/sealed-kv-records.ts';
import type { ConnectionSecret, ConnectionVault, TokenPair } from './connection-vault.ts';
import type { TokenOutcome } from './token-requests.ts';

/** A token is renewed this long before it expires, or a quarter of its life if that is shorter. Milliseconds. */
const renewAheadMs = 5 * 60_000;

export interface TokenRefreshDeps {
  vault: ConnectionVault;
  now(): number;
  /** Resolves once all writes are durable. */
  sync(): Promise<void>;
  requestTokens(grant: TokenGrant): Promise<TokenOutcome>;
  /** The current secret. @throws ProblemError `not_found`, `connection_broken`, `connection_unavailable` */
  usableSecret(): Promise<ConnectionSecret>;
}

/** The refresh of an OAuth token. Single-flight: a refresh token can be used once, so concurrent callers await the same refresh. */
export class TokenRefresh {
  readonly #deps: TokenRefreshDeps;
  #running: { connection: number; done: Promise<ConnectionSecret> } | null = null;

  constructor(deps: TokenRefreshDeps) {
    this.#deps = deps;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Resolves once no refresh is running, whatever its outcome. */
  async settled(): Promise<void> {
    await this.#running?.done.catch(() => undefined);
  }

  /**
   * Refreshes the token, unless it was replaced already.
   *
   * @param stale the access token to be replaced
   * @param refusedAt when Claude refused that token (UNIX milliseconds); null if its renewal is only due
   * @returns the secret that replaces it
   * @throws ProblemError `not_found`, `connection_broken`, `connection_unavailable`
   */
  run(stale: string, refusedAt: number | null): Promise<ConnectionSecret> {
    const connection = this.#deps.vault.requireRow().first_version;
    if (this.#running?.connection === connection) return this.#running.done;
    const done = this.#refresh(stale, refusedAt).finally(() => {
      if (this.#running?.done === done) this.#running = null;
    });
    this.#running = { connection, done };
    return done;
  }

  async #refresh(stale: string, refusedAt: number | null): Promise<ConnectionSecret> {
    const { now, requestTokens, sync, usableSecret, vault } = this.#deps;
    const secret = await vault.open();
    if (secret.kind !== 'oauth' || secret.accessToken !== stale) return secret;
    const { first_version, given, refresh_sent } = vault.requireRow();
    const { refreshToken } = secret;
    if (given === 1) throw connectionUnavailable('Your connection to Claude is being moved to your account.', 'moving');
    if (refreshToken === null) throw vault.markBroken('expired');
    // Durable before the request: if the object is evicted before the outcome is known, its next instance sees that an answer was lost.
    vault.table.update({ refresh_sent: 1 });
    await sync();
    const { answer, lost } = await requestTokens({ grant_type: 'refresh_token', refresh_token: refreshToken });
    if (answer.kind === 'tokens') {
      const pair = tokenPairOf(answer.tokens, refreshToken, now());
      const isStored = await vault.replaceSecret(first_version, pair, { refresh_sent: 0, renewed_at: refusedAt });
      return isStored ? pair : usableSecret();
    }
    if (vault.table.read()?.first_version !== first_version) return usableSecret();
    const everLost = refresh_sent === 1 || lost;
    vault.table.update({ refresh_sent: everLost ? 1 : 0 });
    if (answer.kind === 'refused') throw vault.markBroken(everLost ? 'answer_lost' : 'grant_ended');
    if (answer.kind === 'failed') logError(`A refresh of a Claude connection failed: ${answer.reason}`);
    throw connectionUnavailable('The connection to Claude cannot be renewed at the moment.', 'renewal');
  }
}

/**
 * Tokens as they are sealed.
 *
 * @param previousRefreshToken stays valid if the server did not issue a new one (RFC 6749, 6); null for a new connection
 * @param now UNIX milliseconds
 */
export function tokenPairOf(
  { accessToken, refreshToken, lifetimeMs }: Tokens,
  previousRefreshToken: string | null,
  now: number,
): TokenPair {
  const expiresAt = lifetimeMs === null ? null : now + lifetimeMs;
  const renewAt = lifetimeMs === null ? null : now + lifetimeMs - Math.min(renewAheadMs, lifetimeMs / 4);
  return { kind: 'oauth', accessToken, refreshToken: refreshToken ?? previousRefreshToken, renewAt, expiresAt };
}
