import Anthropic from '@anthropic-ai/sdk';
import { headersWithout, redact, without } from '../log/redact.ts';
import { ClaudeError, type ClaudeFailure } from './claude-error.ts';
import { wordsOf } from './error-words.ts';
import type { ModelReply } from './model-reply.ts';
import { ReplyBuilder, type ReplyListener } from './reply-builder.ts';
import { StallWatchdog } from './stall-watchdog.ts';

export type ClaudeCredential =
  | { kind: 'api_key'; key: string }
  /** `beta` is the value of `anthropic-beta` that the deployment's OAuth client needs. */
  | { kind: 'oauth'; token: string; beta: string };

/** A request as it goes out. The order of the keys is that of the body, so whoever builds it puts `messages` last. */
export type ClaudeRequest = Anthropic.MessageCreateParamsStreaming;

export interface StreamOptions {
  signal: AbortSignal;
  listener: ReplyListener;
  /** Hears the headers of an answer with status 200, before its first event. */
  onHeaders?: (headers: Headers) => void;
}

export interface ClaudeClient {
  readonly credentialKind: ClaudeCredential['kind'];
  /**
   * Makes one request and listens to its reply. Tries nothing again.
   *
   * @throws ClaudeError where the request failed or the reply broke off; the signal's reason where it was aborted
   */
  streamReply(request: ClaudeRequest, options: StreamOptions): Promise<ModelReply>;
}

export interface ClientOptions {
  credential: ClaudeCredential;
  /** Default: Anthropic's own. */
  baseUrl?: string | null;
  fetch?: typeof fetch;
  /** Milliseconds without a byte, after the first one, until a connection counts as broken. Claude sends pings every few seconds. */
  stallMs?: number;
  /** Milliseconds until the first byte. */
  firstByteMs?: number;
}

/** Milliseconds that a connection is kept after the reply was whole, for the end of its body. */
const lastBytesMs = 1_000;

const anthropicUrl = 'https://api.anthropic.com';

/**
 * Lets inputs of Anthropic's own tools, which have no flag for it, stream while they are written.
 * Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming
 */
const fineGrainedBeta = 'fine-grained-tool-streaming-2025-05-14';

/** Base URLs that answered 400 to that beta header: it is left out there from then on. */
const withoutFineGrained = new Set<string>();

/** A client for one credential. Cheap: the SDK's own client is made anew for each request (about 50 µs), with that request's watchdog. */
export function createClaude(options: ClientOptions): ClaudeClient {
  const { credential, stallMs = 60_000, firstByteMs = 120_000 } = options;
  const baseUrl = (options.baseUrl || anthropicUrl).replace(/\/+$/, '');
  const fetchFrom = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init));

  function betas(): string {
    const list = credential.kind === 'oauth' ? [credential.beta] : [];
    if (!withoutFineGrained.has(baseUrl)) list.push(fineGrainedBeta);
    return list.join(',');
  }

  async function attempt(request: ClaudeRequest, { signal, listener, onHeaders }: StreamOptions): Promise<ModelReply> {
    signal.throwIfAborted();
    const watch = new StallWatchdog(signal, { stallMs, firstByteMs });
    const beta = betas();
    const sdk = anthropicSdk(credential, baseUrl, async (input, init) => watch.listen(await fetchFrom(input, init)));
    const builder = new ReplyBuilder(listener);
    try {
      const { data, response } = await sdk.messages
        .create(request, { signal: watch.signal, ...(beta ? { headers: { 'anthropic-beta': beta } } : {}) })
        .withResponse();
      onHeaders?.(headersWithout(secretOf(credential), response.headers));
      const events = data[Symbol.asyncIterator]();
      while (!builder.complete) {
        const { done, value } = await events.next();
        if (done) break;
        builder.add(value);
      }
      if (builder.complete) {
        watch.finish(events.next(), lastBytesMs);
        return builder.reply();
      }
    } catch (error) {
      watch.abandon();
      signal.throwIfAborted();
      throw claudeError(error, watch.stalled, credential);
    }
    watch.abandon();
    signal.throwIfAborted();
    // The SDK ends its iteration without an error where the stream was cut.
    throw broken(watch.stalled ? 'stalled' : 'cut');
  }

  return {
    credentialKind: credential.kind,
    async streamReply(request, streamOptions) {
      try {
        return await attempt(request, streamOptions);
      } catch (error) {
        if (!refusesBeta(error) || withoutFineGrained.has(baseUrl)) throw error;
        withoutFineGrained.add(baseUrl);
        return attempt(request, streamOptions);
      }
    },
  };
}

const secretOf = (credential: ClaudeCredential): string =>
  credential.kind === 'oauth' ? credential.token : credential.key;

/** The SDK's client for one credential, as this house uses it: it tries nothing again and logs nothing. */
export function anthropicSdk(
  credential: ClaudeCredential,
  baseUrl: string,
  fetchFrom: typeof fetch = (input, init) => fetch(input, init),
): Anthropic {
  return new Anthropic({
    apiKey: credential.kind === 'api_key' ? credential.key : null,
    authToken: credential.kind === 'oauth' ? credential.token : null,
    baseURL: baseUrl,
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    fetch: fetchFrom,
  });
}

function refusesBeta(error: unknown): boolean {
  if (!(error instanceof ClaudeError) || error.failure.kind !== 'http') return false;
  return error.failure.status === 400 && /anthropic-beta|fine-grained-tool-streaming/.test(error.failure.message ?? '');
}

function broken(reason: 'unreachable' | 'cut' | 'stalled'): ClaudeError {
  return new ClaudeError({ kind: 'broken', reason }, `the connection to Claude broke (${reason})`);
}

/**
 * What an error of the SDK, or of the connection under it, means.
 *
 * @param credential what the request was made with: should the answer repeat it, it goes no further
 */
export function claudeError(error: unknown, stalled: boolean, credential: ClaudeCredential): ClaudeError {
  const secret = secretOf(credential);
  if (stalled) return broken('stalled');
  if (error instanceof Anthropic.APIConnectionError) return broken('unreachable');
  if (error instanceof Anthropic.APIError) {
    const { status, headers } = error;
    const words = wordsOf(error, (text) => without(secret, text));
    const failure: ClaudeFailure =
      status === undefined
        ? { kind: 'stream_error', headers: headersWithout(secret, headers ?? new Headers()), ...words }
        : { kind: 'http', status, headers: headersWithout(secret, headers ?? new Headers()), ...words };
    return new ClaudeError(
      failure,
      redact(`${status ?? 'stream'} ${words.errorType ?? ''} ${words.message ?? ''}`.trim()),
    );
  }
  // A stream that breaks off inside a chunk rejects with the runtime's own error, or leaves half an event behind.
  if (error instanceof SyntaxError || error instanceof TypeError || error instanceof DOMException) return broken('cut');
  // An answer with a good status and without a body.
  if (error instanceof Anthropic.AnthropicError) return broken('cut');
  if (error instanceof Error && /terminated|reset|closed|disconnect|network|socket/i.test(error.message))
    return broken('cut');
  const message = redact(without(secret, error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
  return new ClaudeError({ kind: 'internal', message }, message);
}
