import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { logError } from '../../log/error-log.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { SettingsError } from '../../settings.ts';
import type { AppContext } from '../http/app-env.ts';
import { auditRefusal } from '../http/audit.ts';

/**
 * Answers with an RFC 9457 problem document. An error that is not a `ProblemError` is logged and reported as `internal`, without its text.
 */
export function answerProblem(error: unknown, c: AppContext): Response {
  const known = error instanceof ProblemError ? error : internalProblem(error);
  auditRefusal(c, known);
  const problem = known.toProblem();
  if (known.code === 'invalid_request') problem.issues ??= [{ path: '', message: known.detail }];
  const retryAfter = problem.retryAfter;
  if (typeof retryAfter === 'number') c.header('Retry-After', String(Math.ceil(retryAfter)));
  c.header('Cache-Control', 'no-store');
  return c.json(problem, problem.status as ContentfulStatusCode, { 'Content-Type': 'application/problem+json' });
}

function internalProblem(error: unknown): ProblemError {
  logError(error);
  if (error instanceof SettingsError) return new ProblemError('internal', error.message);
  return new ProblemError('internal', 'Something broke on our side. Nothing was lost; try again.');
}
