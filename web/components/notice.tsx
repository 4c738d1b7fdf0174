import { openDialog, refused } from '../app.ts';
import type { ApiError } from '../state/api-error.ts';
import { strings } from '../strings.ts';
import { LimitRefusalPlace } from './limit-places.tsx';

/** A failed call, as a sentence. */
export function Notice({ error }: { error: ApiError }) {
  const known = strings.errors as Record<string, string>;
  if (error.code === 'credit_exhausted') return <LimitRefusalPlace error={error} />;
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
