import type { ConnectionPort, Renewal } from '../../agent/ports.ts';
import { unlessAborted } from '../../async/abortable.ts';
import type { ClaudeRequest } from '../../claude/claude-client.ts';
import {
  type ClaudeClient,
  type ClaudeCredential,
  createClaude,
  type StreamOptions,
} from '../../claude/claude-client.ts';
import type { ModelReply } from '../../claude/model-reply.ts';
import type { RpcResult } from '../../protocol/rpc-result.ts';

/** What the account answers to whoever asks for its credential. */
export type CredentialReply = RpcResult<{ credential: ClaudeCredential }>;

/** The account, as far as its connection to Claude goes. */
export interface ConnectionHolder {
  credential(): Promise<CredentialReply>;
  renewCredential(refused: ClaudeCredential): Promise<CredentialReply>;
}

/** How long a token is used before the account is asked again, which renews it before it expires. Milliseconds. */
const askAgainMs = 60_000;

/** Attempts to reach the account, in case it is being moved or restarted. */
const attempts = 3;

/** The Claude of a turn that the account's own connection pays. The credential stands in memory only. */
export class ByokClient implements ClaudeClient, ConnectionPort {
  readonly #holder: ConnectionHolder;
  readonly #baseUrl: string;
  #credential: ClaudeCredential;
  #client: ClaudeClient;
  #askedAt = Date.now();

  private constructor(holder: ConnectionHolder, baseUrl: string, credential: ClaudeCredential) {
    this.#holder = holder;
    this.#baseUrl = baseUrl;
    this.#credential = credential;
    this.#client = createClaude({ credential, baseUrl });
  }

  /** @param credential null where the account is to be asked for it */
  static async open(
    holder: ConnectionHolder,
    baseUrl: string,
    credential: ClaudeCredential | null,
  ): Promise<RpcResult<ByokClient>> {
    if (credential !== null) return { ok: true, value: new ByokClient(holder, baseUrl, credential) };
    const reply = await patiently(() => holder.credential());
    if (!reply.ok) return lost(reply);
    return { ok: true, value: new ByokClient(holder, baseUrl, reply.value.credential) };
  }

  get credentialKind(): ClaudeCredential['kind'] {
    return this.#credential.kind;
  }

  async streamReply(request: ClaudeRequest, options: StreamOptions): Promise<ModelReply> {
    await unlessAborted(this.#keepFresh(), options.signal);
    return this.#client.streamReply(request, options);
  }

  async renew(): Promise<Renewal> {
    const reply = await patiently(() => this.#holder.renewCredential(this.#credential));
    if (!reply.ok) {
      const { code, detail: message } = lost(reply);
      return { ok: false, code, message };
    }
    this.#take(reply.value.credential);
    return { ok: true };
  }

  async follow(): Promise<void> {
    const reply = await this.#holder.credential().catch(() => null);
    if (reply?.ok) this.#take(reply.value.credential);
  }

  /** A key stays as it is until Claude refuses it; a token is renewed by the account before it expires. */
  async #keepFresh(): Promise<void> {
    if (this.#credential.kind === 'oauth' && Date.now() - this.#askedAt >= askAgainMs) await this.follow();
  }

  #take(credential: ClaudeCredential): void {
    this.#credential = credential;
    this.#client = createClaude({ credential, baseUrl: this.#baseUrl });
    this.#askedAt = Date.now();
  }
}

/** A refusal as the turn tells it: a connection that was taken away under it is a broken one. */
function lost(refusal: Extract<CredentialReply, { ok: false }>): Extract<CredentialReply, { ok: false }> {
  if (refusal.code !== 'not_found') return refusal;
  return {
    ...refusal,
    code: 'connection_broken',
    detail: 'The connection to Claude was removed. Connect again to go on.',
  };
}

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}
