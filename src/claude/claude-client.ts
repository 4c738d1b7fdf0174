import Anthropic from '@anthropic-ai/sdk';
import { redact, redactHeaders, redactSecret } from '../log/redact.ts';
import { limitBody, type OutboundFetch, outboundFetch } from '../net/outbound-fetch.ts';
import { apiErrorFieldsOf } from './api-error-fields.ts';
import { ClaudeError, type ClaudeFailure } from './claude-error.ts';
import type { ModelReply } from './model-reply.ts';
import { ReplyBuilder, type ReplyListener, type ReplyProgress } from './reply-builder.ts';
import { StallWatchdog } from './stall-watchdog.ts';

export type ClaudeCredential =
  | { kind: 'api_key'; key: string }
  /** `beta` is the value of `anthropic-beta` that the deployment's OAuth client needs. */
  | { kind: 'oauth'; token: string; beta: string };

/** The body of a request. Keys are sent in their order, so the builder of a request puts `messages` last. */
export type ClaudeRequest = Anthropic.MessageCreateParamsStreaming;

export interface StreamOptions {
  signal: AbortSignal;
  listener: ReplyListener;
  /** Receives the headers of an answer with status 200, before its first event. */
  onHeaders?: (headers: Headers) => void;
  /** Receives the live progress of the reply, before the request is made: it tells what a reply that is cut has cost. */
  onProgress?: (progress: ReplyProgress) => void;
}

export interface ClaudeClient {
  readonly credentialKind: ClaudeCredential['kind'];
  /**
   * Makes one request and streams its reply to the listener. Does not retry.
   *
   * @throws ClaudeError where the request failed or the reply was cut; the signal's reason where it was aborted
   */
  streamReply(request: ClaudeRequest, options: StreamOptions): Promise<ModelReply>;
}

interface ClaudeClientDeps {
  credential: ClaudeCredential;
  /** Default: `https://api.anthropic.com`. */
  baseUrl?: string | null;
  fetch?: OutboundFetch;
  /**
   * Milliseconds without a byte after which a connection counts as stalled, once the first byte is there. Claude sends pings every few
   * seconds.
   */
  stallMs?: number;
  /** The same limit before the first byte, in milliseconds. */
  firstByteMs?: number;
}

/** Milliseconds that a complete reply's body gets to end, so that the connection can be reused. */
const bodyEndMs = 1_000;

const anthropicUrl = 'https://api.anthropic.com';

/** The largest answer with an error status that is read. Bytes. */
const maxErrorBytes = 256 * 1024;

/**
 * Beta that streams the inputs of Anthropic's own tools as they are written; those tools have no flag of their own for it.
 * Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming
 */
const fineGrainedBeta = 'fine-grained-tool-streaming-2025-05-14';

/** Base URLs that answered the beta header with 400: it is not sent there again. */
const baseUrlsRefusingBeta = new Set<string>();

/** A client for one credential. Cheap: each request makes an SDK client of its own (about 50 µs), with that request's watchdog. */
export function createClaude(deps: ClaudeClientDeps): ClaudeClient {
  const { credential, fetch: fetchFrom = outboundFetch, stallMs = 60_000, firstByteMs = 120_000 } = deps;
  const baseUrl = (deps.baseUrl || anthropicUrl).replace(/\/+$/, '');

  function betas(): string {
    const list = credential.kind === 'oauth' ? [credential.beta] : [];
    if (!baseUrlsRefusingBeta.has(baseUrl)) list.push(fineGrainedBeta);
    return list.join(',');
  }

  async function attempt(request: ClaudeRequest, options: StreamOptions): Promise<ModelReply> {
    const { signal, listener, onHeaders, onProgress } = options;
    signal.throwIfAborted();
    const watchdog = new StallWatchdog(signal, { stallMs, firstByteMs });
    const beta = betas();
    const sdk = anthropicSdk(credential, baseUrl, async (input, init) =>
      watchdog.watchBody(await fetchFrom(input, init)),
    );
    const builder = new ReplyBuilder(listener);
    onProgress?.(builder);
    try {
      const { data, response } = await sdk.messages
        .create(request, { signal: watchdog.signal, ...(beta ? { headers: { 'anthropic-beta': beta } } : {}) })
        .withResponse();
      onHeaders?.(redactHeaders(secretOf(credential), response.headers));
      const events = data[Symbol.asyncIterator]();
      while (!builder.complete) {
        const { done, value } = await events.next();
        if (done) break;
        builder.add(value);
      }
      if (builder.complete) {
        watchdog.finish(events.next(), bodyEndMs);
        return builder.reply();
      }
    } catch (error) {
      watchdog.abandon();
      signal.throwIfAborted();
      throw claudeError(error, watchdog.stalled, credential);
    }
    watchdog.abandon();
    signal.throwIfAborted();
    // The SDK's iteration ends without an error where the stream was cut.
    throw brokenConnection(watchdog.stalled ? 'stalled' : 'cut');
  }

  return {
    credentialKind: credential.kind,
    async streamReply(request, streamOptions) {
      try {
        return await attempt(request, streamOptions);
      } catch (error) {
        if (!refusesBeta(error) || baseUrlsRefusingBeta.has(baseUrl)) throw error;
        baseUrlsRefusingBeta.add(baseUrl);
        return attempt(request, streamOptions);
      }
    },
  };
}

const secretOf = (credential: ClaudeCredential): string =>
  credential.kind === 'oauth' ? credential.token : credential.key;

/** The SDK's client for one credential, with the SDK's retries and logging off. */
export function anthropicSdk(
  credential: ClaudeCredential,
  baseUrl: string,
  fetchFrom: OutboundFetch = outboundFetch,
): Anthropic {
  return new Anthropic({
    apiKey: credential.kind === 'api_key' ? credential.key : null,
    authToken: credential.kind === 'oauth' ? credential.token : null,
    baseURL: baseUrl,
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    fetch: async (input, init) => {
      const response = await fetchFrom(input, init);
      return response.ok ? response : limitBody(response, maxErrorBytes);
    },
  });
}

const refusesBeta = (error: unknown): boolean =>
  error instanceof ClaudeError &&
  error.failure.kind === 'http' &&
  error.failure.status === 400 &&
  /anthropic-beta|fine-grained-tool-streaming/.test(error.failure.message ?? '');

function brokenConnection(reason: 'unreachable' | 'cut' | 'stalled'): ClaudeError {
  return new ClaudeError({ kind: 'broken', reason }, `the connection to Claude broke (${reason})`);
}

/**
 * Converts an error of the SDK, or of the connection below it, to a `ClaudeError`.
 *
 * @param credential redacted from the result: an answer may repeat it
 */
export function claudeError(error: unknown, stalled: boolean, credential: ClaudeCredential): ClaudeError {
  const secret = secretOf(credential);
  if (stalled) return brokenConnection('stalled');
  if (error instanceof Anthropic.APIConnectionError) return brokenConnection('unreachable');
  if (error instanceof Anthropic.APIError) {
    const { status, headers } = error;
    const fields = apiErrorFieldsOf(error, (text) => redactSecret(secret, text));
    const failure: ClaudeFailure =
      status === undefined
        ? { kind: 'stream_error', headers: redactHeaders(secret, headers ?? new Headers()), ...fields }
        : { kind: 'http', status, headers: redactHeaders(secret, headers ?? new Headers()), ...fields };
    return new ClaudeError(
      failure,
      redact([status ?? 'stream', fields.errorType, fields.message].filter((part) => part !== null).join(' ')),
    );
  }
  // A stream that is cut inside a chunk rejects with the runtime's own error, or leaves half an event behind.
  if (error instanceof SyntaxError || error instanceof TypeError || error instanceof DOMException)
    return brokenConnection('cut');
  // An answer with a success status but without a body.
  if (error instanceof Anthropic.AnthropicError) return brokenConnection('cut');
  if (error instanceof Error && /terminated|reset|closed|disconnect|network|socket/i.test(error.message))
    return brokenConnection('cut');
  const message = redact(
    redactSecret(secret, error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );
  return new ClaudeError({ kind: 'internal', message }, message);
}
