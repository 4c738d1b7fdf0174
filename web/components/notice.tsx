import { openDialog, refused } from '../app.ts';
import type { ApiError } from '../state/api-error.ts';
import { strings } from '../strings.ts';

/** A failed call, as a sentence. */
export function Notice({ error }: { error: ApiError }) {
  const known = strings.errors as Record<string, string>;
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
