import type { ProblemCode } from './problems.ts';
import type { PromptErrorCode } from './prompt-error-codes.ts';
import { type IssueReason, issueSentences } from './request-issues.ts';

/**
 * The situations that share a code: `reason` among the fields of a problem or a `prompt_error`, or `scope` where it says whose limit was met. The page has a sentence for each, in
 * every language. A code with one situation only has no reasons. An open set for clients.
 */
export const reasons = {
  sign_in_required: ['no_shared_key', 'no_trial', 'used_up', 'address'],
  subscription_required: ['not_owned', 'only_default', 'not_in_plan', 'projects'],
  credits_spent: ['kept'],
  challenge_required: ['failed', 'unknown'],
  turn_in_progress: ['queue_full', 'queue_too_long'],
  invalid_request: [
    ...(Object.keys(issueSentences) as IssueReason[]),
    'too_long',
    'issues',
    'passkeys',
    'host',
    'path',
    'is_directory',
    'parent_is_file',
    'path_taken',
    'model',
    'plan',
    'time_zone',
    'attachments',
    'time',
    'version',
    'nothing_to_summarise',
    'turns',
    'decided',
  ],
  sign_in_failed: [
    'passkey_unknown',
    'passkey_used',
    'passkey_unverified',
    'user_verification',
    'other_account',
    'expired',
    'provider',
  ],
  oauth_failed: ['not_begun', 'said', 'incomplete', 'other_attempt', 'code_refused', 'site_refused'],
  payload_too_large: ['body', 'file', 'files', 'project', 'kept'],
  too_many_requests: [
    'key_checks',
    'sign_ups',
    'projects',
    'uploads',
    'promo_codes',
    'time_zone',
    'reviews',
    'feedback',
    'enquiries',
  ],
  busy: ['call'],
  credit_exhausted: ['known', 'plan', 'no_extra_usage', 'spend_limit', 'rate_limit', 'no_credit', 'shared_key'],
  hosted_budget_spent: ['no_shared_key', 'used_up', 'budget', 'account', 'address', 'new_visitors'],
  connection_broken: [
    'removed',
    'key_refused',
    'token_refused',
    'grant_ended',
    'answer_lost',
    'expired',
    'off',
    'renewed',
    'disabled',
  ],
  connection_unavailable: ['moving', 'renewal'],
  claude_unreachable: ['key_check'],
  not_found: [
    'project',
    'cookie',
    'account',
    'call',
    'version',
    'version_gone',
    'file',
    'passkey',
    'sign_in_method',
    'login',
    'connection',
    'signed_in_meanwhile',
    'queued_prompt',
    'fresh_start',
    'command',
    'container',
    'server',
    'review',
  ],
  internal: ['given_up', 'unchanged', 'kept'],
  turn_limit: ['steps', 'time'],
  going_in_circles: ['tool', 'preview'],
  upstream_refused: ['thinking', 'images'],
} as const satisfies { readonly [C in ProblemCode | PromptErrorCode]?: readonly string[] };

type Reasons = typeof reasons;

/** A code, or a code with one of its reasons: everything that a problem or a `prompt_error` can say. */
export type Situation =
  | ProblemCode
  | PromptErrorCode
  | { [C in keyof Reasons]: `${C}.${Reasons[C][number]}` }[keyof Reasons];
