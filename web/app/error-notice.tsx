import type { ApiError } from '../api/api-error.ts';
import { LazyLimitRefusal } from '../limits/lazy-limits.tsx';
import { strings } from '../strings/strings.ts';
import { openDialog, refused } from './app.ts';

/** A failed call, as a sentence. */
export function ErrorNotice({ error }: { error: ApiError }) {
  const known = strings.errors as Record<string, string>;
  if (error.code === 'credit_exhausted') return <LazyLimitRefusal error={error} />;
  return (
    <p class="notice" role="alert">
      {known[error.code] ?? error.detail}{' '}
      {refused.value?.error === error && (
        <button
          type="button"
          class="text-button"
          onClick={() => {
            openDialog.value = 'payer';
          }}
        >
          {strings.builder.settle}
        </button>
      )}
    </p>
  );
}
