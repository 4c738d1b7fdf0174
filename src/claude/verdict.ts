import type { ClaudeCredential } from './client.ts';
import type { ClaudeFailure } from './failure.ts';
import { resetOf, retryAfterOf } from './header-values.ts';
import { unifiedPrefix } from './rate-limit.ts';
import { redactedLine } from './redact.ts';

/** How a turn ends when a failure is not tried again, or not any more. */
export interface FailureEnd {
  event: 'credit_exhausted' | 'prompt_error';
  /** For `prompt_error`. */
  code: string;
  /** One plain sentence for the visitor. */
  message: string;
  errorType: string | null;
  httpStatus: number | null;
  /** UNIX milliseconds. */
  resetsAt: number | null;
  /** Whether the same prompt may work later. */
  retryable: boolean;
  /** `upstream`: Claude's or the line's; `account`: whose key it is, has to act; `ours`: the request was wrong. */
  fault: 'upstream' | 'account' | 'ours';
}

export interface Verdict {
  /** `fresh`: once, with another credential in place of the one that was refused, where there is one; `unthinking`: once, without thinking blocks. */
  retry: 'yes' | 'no' | 'fresh' | 'unthinking';
  /** Milliseconds that Claude asks to wait. */
  retryAfterMs: number | null;
  /** Whether the account is at a limit now, should the turn end here: then its state is told before the end, as `rejected` where it is a 429. */
  limited: boolean;
  end: FailureEnd;
}

type Kind = ClaudeCredential['kind'];

/** What a failure looks like to the rules. */
interface Facts {
  kind: Kind;
  /** Null for a broken connection. */
  status: number | null;
  errorType: string | null;
  message: string;
  header: (name: string) => string | null;
}

interface Rule {
  when: (facts: Facts) => boolean;
  retry: Verdict['retry'];
  event: FailureEnd['event'];
  code: string;
  fault: FailureEnd['fault'];
  retryable: boolean;
  /** Where it is absent, Claude's own message stands, or `otherwise`. */
  say?: string;
  otherwise?: string;
}

const overloaded = new Set(['overloaded_error', 'api_error', 'timeout_error', 'rate_limit_error']);

/** Claude's servers and the line to them. */
const passing = { retry: 'yes', event: 'prompt_error', fault: 'upstream', retryable: true } as const;
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
  // 429 of a plan without a window: the server limits, not the plan [d38o, e07o]
  {
    when: (f) => f.kind === 'oauth' && f.status === 429,
    ...passing,
    code: 'upstream_busy',
    say: 'Claude is limiting requests for the moment. This is not your usage limit.',
  },
  // 429 of a key: its rate limit; when the attempts run out, it is exhausted for now [e06k, e09k]
  { when: (f) => f.status === 429, ...exhausted, retry: 'yes', otherwise: 'This Claude account is at its rate limit.' },
  // No money [d09bk]; the words are the last resort, for 400s that carry no type of their own
  {
    when: (f) =>
      f.status === 402 ||
      f.errorType === 'billing_error' ||
      (f.status === 400 && /credit balance is too low|out of extra usage|hit your limit/i.test(f.message)),
    ...exhausted,
    retry: 'no',
    otherwise: 'This Claude account has no credit left.',
  },
  // 500, 502, 503, 504, 529, 408, 409 [d05, d07, d27, g06]
  {
    when: (f) => f.status === 529 || f.errorType === 'overloaded_error',
    ...passing,
    code: 'upstream_overloaded',
    say: 'Claude is overloaded at the moment. Try again in a few minutes.',
  },
  {
    when: (f) => f.status !== null && [500, 502, 503, 504, 408, 409].includes(f.status),
    ...passing,
    code: 'upstream_error',
    say: 'Claude had an error of its own. Try again in a moment.',
  },
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
    when: (f) => f.status === 413 || (f.status === 400 && /prompt is too long/i.test(f.message)),
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

const refused: Omit<Rule, 'when'> = {
  retry: 'no',
  event: 'prompt_error',
  code: 'upstream_refused',
  fault: 'ours',
  retryable: false,
  say: 'Claude refused this request. The fault is ours; it has been logged.',
};
const cut: Omit<Rule, 'when'> = {
  ...passing,
  code: 'upstream_unreachable',
  say: 'The connection to Claude broke and could not be restored.',
};
const internal: Omit<Rule, 'when'> = {
  ...refused,
  code: 'internal',
  say: 'Something broke on our side.',
  retryable: true,
};

function ruleFor(failure: ClaudeFailure, facts: Facts): Omit<Rule, 'when'> {
  if (failure.kind === 'broken') return cut;
  if (failure.kind === 'internal') return internal;
  const rule = rules.find((r) => r.when(facts));
  if (rule) return rule;
  if (failure.kind === 'stream_error' && (facts.errorType === null || overloaded.has(facts.errorType))) {
    return { ...passing, code: 'upstream_error', say: 'Claude had an error of its own. Try again in a moment.' };
  }
  return facts.status !== null && facts.status >= 500 ? { ...cut, code: 'upstream_error' } : refused;
}

/** Seconds up to which `retry-after` is waited for; above, the turn ends at once with the reason. */
export const longestRetryAfter = 60;

/**
 * Says what a failure means: whether it may be tried again, and how the turn ends when it is not.
 *
 * @param now UNIX milliseconds
 */
export function classifyFailure(failure: ClaudeFailure, kind: Kind, now: number): Verdict {
  const headers = 'headers' in failure ? failure.headers : null;
  const facts: Facts = {
    kind,
    status: failure.kind === 'http' ? failure.status : null,
    errorType: 'errorType' in failure ? failure.errorType : null,
    message: ('message' in failure ? failure.message : null) ?? '',
    header: (name) => headers?.get(name) ?? null,
  };
  const rule = ruleFor(failure, facts);
  const retryAfter = retryAfterOf(facts.header('retry-after'), now);
  const held = facts.header('x-should-retry') === 'false' || (retryAfter ?? 0) > longestRetryAfter;
  const waitEndsAt = retryAfter === null ? null : Math.round(now + retryAfter * 1000);
  return {
    // With another token, or without thinking, it is another request.
    retry: held && rule.retry === 'yes' ? 'no' : rule.retry,
    retryAfterMs: retryAfter === null ? null : Math.round(retryAfter * 1000),
    limited:
      facts.status === 429 ||
      (rule.event === 'credit_exhausted' && facts.header(`${unifiedPrefix}status`) === 'rejected'),
    end: {
      event: rule.event,
      code: rule.code,
      message: rule.say ?? (redactedLine(facts.message) || rule.otherwise || 'Claude gave no reason.'),
      errorType: facts.errorType === null ? null : redactedLine(facts.errorType, 100),
      httpStatus: facts.status,
      resetsAt: (kind === 'oauth' ? resetOf(facts.header(`${unifiedPrefix}reset`), now) : null) ?? waitEndsAt,
      retryable: rule.retryable,
      fault: rule.fault,
    },
  };
}
