import type { ClaudeCredential } from './claude-client.ts';
import type { ClaudeFailure } from './claude-error.ts';
import type { ErrorWords } from './error-words.ts';
import { unifiedPrefix } from './rate-limit-headers.ts';

/** What a failure looks like to the rules. */
export interface Facts extends ErrorWords {
  kind: ClaudeCredential['kind'];
  /** Null for a broken connection. */
  status: number | null;
  message: string;
  /** Null where it is absent or empty. */
  header: (name: string) => string | null;
}

/** What is done about a failure, and how the turn ends where that is not enough. */
export interface Remedy {
  /** `fresh`: once, with another credential in place of the one that was refused, where there is one; `unthinking`: once, without thinking blocks. */
  retry: 'yes' | 'no' | 'fresh' | 'unthinking';
  event: 'credit_exhausted' | 'prompt_error';
  /** For `prompt_error`. */
  code: string;
  /** `upstream`: Claude's or the line's; `account`: whose key it is, has to act; `ours`: the request was wrong. */
  fault: 'upstream' | 'account' | 'ours';
  /** Whether the same prompt may work later. */
  retryable: boolean;
  /** Where it is absent, Claude's own message stands, or `otherwise`. */
  say?: string;
  otherwise?: string;
  /** When to try again, in a sentence, where Claude does not say so. */
  again?: string;
}

interface Rule extends Remedy {
  when: (facts: Facts) => boolean;
}

/** What an `error` event of a stream is final with: the request was wrong, or whose it is. Anything else is worth another attempt. */
const finalInStream = new Set([
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
]);

/** Sentences that say that nothing is left: the last resort, where a 400 carries no name of its own for that. */
const spent =
  /credit balance is too low|out of extra usage|hit your limit|reached your specified (\w+ )?API usage limits/i;

/** Claude's servers and the line to them. */
const passing = { retry: 'yes', event: 'prompt_error', fault: 'upstream', retryable: true } as const;
const upstream = {
  ...passing,
  code: 'upstream_error',
  say: 'Claude had an error of its own.',
  again: 'Try again in a moment.',
} as const;
/** The account behind the credential has nothing left. */
const exhausted = { event: 'credit_exhausted', code: 'credit_exhausted', fault: 'account', retryable: true } as const;
const broken = { event: 'prompt_error', code: 'connection_broken', fault: 'account', retryable: false } as const;

/**
 * The first rule that fits decides. Measured with Claude Agent SDK 0.3.329 and `@anthropic-ai/sdk` 1.11.0 on 2026-11-20; the names in
 * brackets are those of the recorded cases.
 */
const rules: readonly Rule[] = [
  // 429 of a plan that names its window: the plan is at its limit, whatever
  // `retry-after` and `x-should-retry` say [c02, c08, c13, c17b, g01, g02]
  {
    when: (f) =>
      f.kind === 'oauth' &&
      f.status === 429 &&
      (f.header(`${unifiedPrefix}representative-claim`) !== null ||
        f.header(`${unifiedPrefix}overage-status`) !== null),
    ...exhausted,
    retry: 'no',
    otherwise: 'Your Claude plan is at its limit.',
  },
  // `rejected` and no credits left for extra usage [g05]; with `allowed`, or while extra usage is served, it is not exhaustion
  {
    when: (f) =>
      f.kind === 'oauth' &&
      [400, 402, 403, 429].includes(f.status ?? 0) &&
      f.header(`${unifiedPrefix}status`) === 'rejected' &&
      f.header(`${unifiedPrefix}overage-disabled-reason`) === 'out_of_credits' &&
      !/^allowed/.test(f.header(`${unifiedPrefix}overage-status`) ?? ''),
    ...exhausted,
    retry: 'no',
    otherwise: 'Your Claude plan is at its limit and has no extra usage left.',
  },
  // The operator of the account has set a limit, and it is reached.
  // Source: `ErrorDetails` of @anthropic-ai/sdk 1.11.0, which asks not to match on the sentences beside them.
  {
    when: (f) => /_spend_limit_reached$|_billing_unavailable$/.test(f.errorCode ?? ''),
    ...exhausted,
    retry: 'no',
    otherwise: 'This Claude account is at its spend limit.',
  },
  // 429 of a plan without a window: the server limits, not the plan [d38o, e07o]
  {
    when: (f) => f.kind === 'oauth' && f.status === 429,
    ...passing,
    code: 'upstream_busy',
    say: 'Claude is limiting requests for the moment. This is not your usage limit.',
  },
  // 429 of a key: its rate limit; when the attempts run out, it is exhausted for now [e06k, e09k]
  { when: (f) => f.status === 429, ...exhausted, retry: 'yes', otherwise: 'This Claude account is at its rate limit.' },
  // No money [d09bk]
  {
    when: (f) => f.status === 402 || f.errorType === 'billing_error' || (f.status === 400 && spent.test(f.message)),
    ...exhausted,
    retry: 'no',
    otherwise: 'This Claude account has no credit left.',
  },
  // 500, 502, 503, 504, 529, 408, 409 [d05, d07, d27, g06], and what gateways add to them
  {
    when: (f) => f.status === 529 || f.errorType === 'overloaded_error',
    ...passing,
    code: 'upstream_overloaded',
    say: 'Claude is overloaded at the moment.',
    again: 'Try again in a few minutes.',
  },
  { when: (f) => f.status !== null && (f.status >= 500 || [408, 409].includes(f.status)), ...upstream },
  // A token that is refused: one request more, with a fresh one [d17f, d19o]. A key has no other: it is asked with once more
  {
    when: (f) => f.kind === 'oauth' && (f.status === 401 || (f.status === 403 && /revoked/i.test(f.message))),
    ...broken,
    retry: 'fresh',
    say: 'The connection to Claude is broken. Connect again to go on.',
  },
  { when: (f) => f.status === 401, ...broken, retry: 'fresh', otherwise: 'Claude did not accept the key.' },
  // [d11k, d11o]
  {
    when: (f) => f.status === 403,
    ...broken,
    code: 'permission_denied',
    retry: 'no',
    otherwise: 'Claude refused this key.',
  },
  // [d12k]
  {
    when: (f) => f.status === 404,
    ...broken,
    code: 'model_not_found',
    retry: 'no',
    say: 'This Claude account has no access to the selected model.',
  },
  // [d22k]
  {
    when: (f) => f.status === 413 || (f.status === 400 && /prompt is too long|exceed context limit/i.test(f.message)),
    retry: 'no',
    event: 'prompt_error',
    code: 'request_too_large',
    fault: 'ours',
    retryable: false,
    say: 'This conversation has grown too large to send to Claude.',
  },
  // [d21k]
  {
    when: (f) => f.status === 400 && /organization has been disabled|disabled organization/i.test(f.message),
    ...broken,
    retry: 'no',
    otherwise: 'This Claude account is disabled.',
  },
  // Thinking blocks of another account, model or conversation.
  // Source: https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5#thinking-blocks-are-tied-to-the-model-that-produced-them
  {
    when: (f) => f.status === 400 && /thinking/i.test(f.message),
    retry: 'unthinking',
    event: 'prompt_error',
    code: 'upstream_refused',
    fault: 'ours',
    retryable: false,
    say: 'Claude could not read this conversation.',
  },
];

const refused: Remedy = {
  retry: 'no',
  event: 'prompt_error',
  code: 'upstream_refused',
  fault: 'ours',
  retryable: false,
  say: 'Claude refused this request. The fault is ours; it has been logged.',
};
const cut: Remedy = {
  ...passing,
  code: 'upstream_unreachable',
  say: 'The connection to Claude broke and could not be restored.',
};
const internal: Remedy = {
  ...refused,
  code: 'internal',
  say: 'Something broke on our side.',
  retryable: true,
};

/** What is done about a failure. */
export function remedyFor(failure: ClaudeFailure, facts: Facts): Remedy {
  if (failure.kind === 'broken') return cut;
  if (failure.kind === 'internal') return internal;
  const rule = rules.find((r) => r.when(facts));
  if (rule) return rule;
  return failure.kind === 'stream_error' && !finalInStream.has(facts.errorType ?? '') ? upstream : refused;
}
