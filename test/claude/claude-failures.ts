import { type ApiErrorFields, noApiErrorFields } from '../../src/claude/api-error-fields.ts';
import type { ClaudeFailure } from '../../src/claude/claude-error.ts';
import { rateLimitHeaders } from '../support/rate-limit-answers.ts';

type Fields = Partial<ApiErrorFields>;

/** An answer with an error status. */
export const httpFailure = (
  status: number,
  fields: Fields = {},
  headers: Record<string, string> = {},
): ClaudeFailure => ({ kind: 'http', status, headers: new Headers(headers), ...noApiErrorFields, ...fields });

/** The same for a plan. `limits`: rate-limit headers, by their names without the prefix. */
export const planFailure = (status: number, limits: Record<string, string>, fields: Fields = {}): ClaudeFailure =>
  httpFailure(status, fields, rateLimitHeaders(limits));

/** An `error` event in the stream. */
export const streamFailure = (fields: Fields): ClaudeFailure => ({
  kind: 'stream_error',
  headers: new Headers(),
  ...noApiErrorFields,
  ...fields,
});
