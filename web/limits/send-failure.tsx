import type { ApiError } from '../api/api-error.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { LazyLimitRefusal } from './lazy-limits.tsx';

/** Why a prompt was not sent: a sentence, or, at Claude's limit (`credit_exhausted`, a code of prompts only), actions too. */
export function SendFailure({ error }: { error: ApiError }) {
  return error.code === 'credit_exhausted' ? <LazyLimitRefusal error={error} /> : <ErrorNotice error={error} />;
}
