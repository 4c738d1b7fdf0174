import type { PromptErrorCode } from '../protocol/prompt-error-codes.ts';
import type { ApiErrorFields } from './api-error-fields.ts';
import type { ClaudeCredential } from './claude-client.ts';
import type { ClaudeFailure } from './claude-error.ts';
import { unifiedPrefix } from './rate-limit-headers.ts';

/**
 * Which failure means what: a table of rules, as pure data. What the headers add (waits, `x-should-retry`) is in `classify-failure.ts`.
 */

/** The properties of a failure that the rules look at. */
export interface FailureFacts extends ApiErrorFields {
  credentialKind: ClaudeCredential['kind'];
  /** Null for a broken connection. */
  status: number | null;
  message: string;
  /** Null where it is absent or empty. */
  header: (name: string) => string | null;
}

/** How a request that Claude refused is changed: thinking blocks or pictures are left out, or more of the transcript is compacted. */
export type Repair = 'without_thinking' | 'without_images' | 'shorter';

/** Whether a failure is retried, and how the turn ends where retrying is not enough. */
export interface FailureHandling {
  /** `new_credential`: once, with another credential where there is one; a `Repair`: at once, with another request. */
  retry: 'yes' | 'no' | 'new_credential' | Repair;
  event: 'credit_exhausted' | 'prompt_error';
  code: PromptErrorCode | 'credit_exhausted' | 'connection_broken' | 'internal';
  /** The situation behind the code, where it has several: see `reasons`. */
  reason?: string;
  /** `upstream`: Claude or the network; `account`: the owner of the key has to act; `ours`: the request was wrong. */
  fault: 'upstream' | 'account' | 'ours';
  /** Whether the same prompt may work later. */
  retryable: boolean;
  /** Replaces Claude's own message. */
  message?: string;
  /** Used where there is neither `message` nor a message of Claude's. */
  fallbackMessage?: string;
  /** A sentence on when to try again, used where Claude gives no time. */
  retryHint?: string;
}

interface Rule extends FailureHandling {
  when: (facts: FailureFacts) => boolean;
}

/** Types of a stream's `error` event that are final: the request or its credential was wrong. Any other type is retried. */
const finalStreamErrors = new Set([
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
]);

/** Messages of an exhausted account: the last resort, for a 400 without an error code of its own. */
const nothingLeft =
  /credit balance is too low|out of extra usage|hit your limit|reached your specified (\w+ )?API usage limits/i;

/** A transient failure of Claude's servers or of the network. */
const transient = { retry: 'yes', event: 'prompt_error', fault: 'upstream', retryable: true } as const;
const upstreamError = {
  ...transient,
  code: 'upstream_error',
  message: 'Claude had an error of its own.',
  retryHint: 'Try again in a moment.',
} as const;
/** The account behind the credential is exhausted. */
const exhausted = { event: 'credit_exhausted', code: 'credit_exhausted', fault: 'account', retryable: true } as const;
const credentialRefused = {
  event: 'prompt_error',
  code: 'connection_broken',
  fault: 'account',
  retryable: false,
} as const;

/** The transcript does not fit, although it was compacted as far as it can be. */
const tooLarge = {
  retry: 'shorter',
  event: 'prompt_error',
  code: 'request_too_large',
  fault: 'ours',
  retryable: false,
  message: 'This conversation has grown too large to send to Claude.',
} as const;

/** A 400, or the same as an `error` event of the stream. */
const isInvalidRequest = ({ status, errorType }: FailureFacts): boolean =>
  status === 400 || (status === null && errorType === 'invalid_request_error');

/**
 * The first matching rule decides. Measured with Claude Agent SDK 0.3.329 and `@anthropic-ai/sdk` 1.11.0 on 2026-11-20; the names in
 * brackets are those of the recorded cases.
 */
const rules: readonly Rule[] = [
  // 429 of a plan that names its window: the plan is at its limit, whatever
  // `retry-after` and `x-should-retry` say [c02, c08, c13, c17b, g01, g02]
  {
    when: (f) =>
      f.credentialKind === 'oauth' &&
      f.status === 429 &&
      (f.header(`${unifiedPrefix}representative-claim`) !== null ||
        f.header(`${unifiedPrefix}overage-status`) !== null),
    ...exhausted,
    retry: 'no',
    reason: 'plan',
    fallbackMessage: 'Your Claude plan is at its limit.',
  },
  // `rejected` and no credits left for extra usage [g05]; not exhaustion with `allowed`, or while extra usage is served
  {
    when: (f) =>
      f.credentialKind === 'oauth' &&
      [400, 402, 403, 429].includes(f.status ?? 0) &&
      f.header(`${unifiedPrefix}status`) === 'rejected' &&
      f.header(`${unifiedPrefix}overage-disabled-reason`) === 'out_of_credits' &&
      !/^allowed/.test(f.header(`${unifiedPrefix}overage-status`) ?? ''),
    ...exhausted,
    retry: 'no',
    reason: 'no_extra_usage',
    fallbackMessage: 'Your Claude plan is at its limit and has no extra usage left.',
  },
  // The account has reached the limit that its administrator has set.
  // Source: `ErrorDetails` of @anthropic-ai/sdk 1.11.0, which asks not to match on the sentences beside them.
  {
    when: (f) => /_spend_limit_reached$|_billing_unavailable$/.test(f.errorCode ?? ''),
    ...exhausted,
    retry: 'no',
    reason: 'spend_limit',
    fallbackMessage: 'This Claude account is at its spend limit.',
  },
  // 429 of a plan without a window: a limit of the servers, not of the plan [d38o, e07o]
  {
    when: (f) => f.credentialKind === 'oauth' && f.status === 429,
    ...transient,
    code: 'upstream_busy',
    message: 'Claude is limiting requests for the moment. This is not your usage limit.',
  },
  // 429 of a key: its rate limit; exhausted for now once the attempts run out [e06k, e09k]
  {
    when: (f) => f.status === 429,
    ...exhausted,
    retry: 'yes',
    reason: 'rate_limit',
    fallbackMessage: 'This Claude account is at its rate limit.',
  },
  // No credit left [d09bk]
  {
    when: (f) =>
      f.status === 402 || f.errorType === 'billing_error' || (f.status === 400 && nothingLeft.test(f.message)),
    ...exhausted,
    retry: 'no',
    reason: 'no_credit',
    fallbackMessage: 'This Claude account has no credit left.',
  },
  // 500, 502, 503, 504, 529, 408, 409 [d05, d07, d27, g06], and the statuses that gateways add
  {
    when: (f) => f.status === 529 || f.errorType === 'overloaded_error',
    ...transient,
    code: 'upstream_overloaded',
    message: 'Claude is overloaded at the moment.',
    retryHint: 'Try again in a few minutes.',
  },
  { when: (f) => f.status !== null && (f.status >= 500 || [408, 409].includes(f.status)), ...upstreamError },
  // A redirect is not followed: it would take the key to another host.
  {
    when: (f) => f.status !== null && f.status >= 300 && f.status < 400,
    ...upstreamError,
    retry: 'no',
    message: 'The address of Claude answered with a redirect, which is not followed.',
  },
  // A refused token: one more request, with a renewed token [d17f, d19o]. A key cannot be renewed: it is tried once more
  {
    when: (f) => f.credentialKind === 'oauth' && (f.status === 401 || (f.status === 403 && /revoked/i.test(f.message))),
    ...credentialRefused,
    retry: 'new_credential',
    message: 'The connection to Claude is broken. Connect again to go on.',
  },
  {
    when: (f) => f.status === 401,
    ...credentialRefused,
    retry: 'new_credential',
    reason: 'key_refused',
    fallbackMessage: 'Claude did not accept the key.',
  },
  // [d11k, d11o]
  {
    when: (f) => f.status === 403,
    ...credentialRefused,
    code: 'permission_denied',
    retry: 'no',
    fallbackMessage: 'Claude refused this key.',
  },
  // [d12k]
  {
    when: (f) => f.status === 404,
    ...credentialRefused,
    code: 'model_not_found',
    retry: 'no',
    message: 'This Claude account has no access to the selected model.',
  },
  // [d22k]
  {
    when: (f) =>
      f.status === 413 ||
      f.errorType === 'request_too_large' ||
      (isInvalidRequest(f) && /prompt is too long|exceed context limit|too many total text bytes/i.test(f.message)),
    ...tooLarge,
  },
  // [d21k]
  {
    when: (f) => f.status === 400 && /organization has been disabled|disabled organization/i.test(f.message),
    ...credentialRefused,
    retry: 'no',
    reason: 'disabled',
    fallbackMessage: 'This Claude account is disabled.',
  },
  // Thinking blocks that come from another account, model or conversation.
  // Source: https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5#thinking-blocks-are-tied-to-the-model-that-produced-them
  {
    when: (f) => isInvalidRequest(f) && /thinking/i.test(f.message),
    retry: 'without_thinking',
    event: 'prompt_error',
    code: 'upstream_refused',
    fault: 'ours',
    retryable: false,
    reason: 'thinking',
    message: 'Claude could not read this conversation.',
  },
  // A picture that is broken, too large, of another format than its header says, or one too many.
  // Source: https://platform.claude.com/docs/en/build-with-claude/vision; "Could not process image" is what the API says of broken data.
  {
    when: (f) => isInvalidRequest(f) && /\bimages?\b/i.test(f.message),
    retry: 'without_images',
    event: 'prompt_error',
    code: 'upstream_refused',
    fault: 'ours',
    retryable: false,
    reason: 'images',
    message: 'Claude could not look at a picture of this conversation.',
  },
];

const requestRefused: FailureHandling = {
  retry: 'no',
  event: 'prompt_error',
  code: 'upstream_refused',
  fault: 'ours',
  retryable: false,
  message: 'Claude refused this request. The fault is ours; it has been logged.',
};
const unreachable: FailureHandling = {
  ...transient,
  code: 'upstream_unreachable',
  message: 'The connection to Claude broke and could not be restored.',
};
const internalError: FailureHandling = {
  ...requestRefused,
  code: 'internal',
  message: 'Something broke on our side.',
  retryable: true,
};

const windowExceeded: FailureHandling = {
  ...tooLarge,
  code: 'context_full',
  retryable: true,
  message: 'This conversation has outgrown what Claude can read at once. What was written so far is kept.',
};

/** How to handle a failure: the first matching rule, or the default for its kind. */
export function handlingFor(failure: ClaudeFailure, facts: FailureFacts): FailureHandling {
  if (failure.kind === 'broken') return unreachable;
  if (failure.kind === 'internal') return internalError;
  if (failure.kind === 'window_exceeded') return windowExceeded;
  const rule = rules.find((r) => r.when(facts));
  if (rule) return rule;
  return failure.kind === 'stream_error' && !finalStreamErrors.has(facts.errorType ?? '')
    ? upstreamError
    : requestRefused;
}
