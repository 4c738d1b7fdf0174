import type { ConnectionPort, Renewal } from '../../agent/turn-interfaces.ts';
import { unlessAborted } from '../../async/unless-aborted.ts';
import type { ClaudeRequest } from '../../claude/claude-client.ts';
import {
  type ClaudeClient,
  type ClaudeCredential,
  createClaude,
  type StreamOptions,
} from '../../claude/claude-client.ts';
import type { ModelReply } from '../../claude/model-reply.ts';
import type { RpcResult } from '../../protocol/rpc-result.ts';
import { withAttempts } from './with-attempts.ts';

/** The account's answer to a request for its credential. */
export type CredentialReply = RpcResult<{ credential: ClaudeCredential }>;

/** The account's connection to Claude, as a source of credentials. */
export interface CredentialSource {
  credential(): Promise<CredentialReply>;
  /** @param refused the credential that Claude has refused */
  renewCredential(refused: ClaudeCredential): Promise<CredentialReply>;
}

/** Time for which a token is used before asking the account again, which renews it before it expires. Milliseconds. */
const recheckMs = 60_000;

/** Claude client of a turn that the visitor's own connection pays for ("bring your own key"). The credential is in memory only. */
export class ByokClient implements ClaudeClient, ConnectionPort {
  readonly #source: CredentialSource;
  readonly #baseUrl: string;
  #credential: ClaudeCredential;
  #client: ClaudeClient;
  #askedAt = Date.now();

  private constructor(source: CredentialSource, baseUrl: string, credential: ClaudeCredential) {
    this.#source = source;
    this.#baseUrl = baseUrl;
    this.#credential = credential;
    this.#client = createClaude({ credential, baseUrl });
  }

  /** @param credential null: the account is asked for it. @returns a refusal where the connection cannot be used */
  static async open(
    source: CredentialSource,
    baseUrl: string,
    credential: ClaudeCredential | null,
  ): Promise<RpcResult<ByokClient>> {
    if (credential !== null) return { ok: true, value: new ByokClient(source, baseUrl, credential) };
    const reply = await withAttempts(() => source.credential());
    if (!reply.ok) return asBrokenConnection(reply);
    return { ok: true, value: new ByokClient(source, baseUrl, reply.value.credential) };
  }

  get credentialKind(): ClaudeCredential['kind'] {
    return this.#credential.kind;
  }

  async streamReply(request: ClaudeRequest, options: StreamOptions): Promise<ModelReply> {
    await unlessAborted(this.#refreshIfStale(), options.signal);
    return this.#client.streamReply(request, options);
  }

  async renew(): Promise<Renewal> {
    const reply = await withAttempts(() => this.#source.renewCredential(this.#credential));
    if (!reply.ok) {
      const { code, detail: message, fields } = asBrokenConnection(reply);
      return { ok: false, code, message, fields };
    }
    this.#useCredential(reply.value.credential);
    return { ok: true };
  }

  async reload(): Promise<void> {
    const reply = await this.#source.credential().catch(() => null);
    if (reply?.ok) this.#useCredential(reply.value.credential);
  }

  /** Only tokens go stale: the account renews them before they expire. A key is used until Claude refuses it. */
  async #refreshIfStale(): Promise<void> {
    if (this.#credential.kind === 'oauth' && Date.now() - this.#askedAt >= recheckMs) await this.reload();
  }

  #useCredential(credential: ClaudeCredential): void {
    this.#credential = credential;
    this.#client = createClaude({ credential, baseUrl: this.#baseUrl });
    this.#askedAt = Date.now();
  }
}

/** A refusal as the turn reports it: a connection removed during the turn counts as broken. */
function asBrokenConnection(refusal: Extract<CredentialReply, { ok: false }>): Extract<CredentialReply, { ok: false }> {
  if (refusal.code !== 'not_found') return refusal;
  return {
    ...refusal,
    code: 'connection_broken',
    detail: 'The connection to Claude was removed. Connect again to go on.',
    fields: { ...refusal.fields, reason: 'removed' },
  };
}
