import type { ApiError } from '../api/api-error.ts';
import { strings } from '../strings/strings.ts';
import { useApp } from './app-context.ts';

/** The sentence of a failed call. Claude's limit (`credit_exhausted`) has a view of its own: `limits/send-failure.tsx`. */
export function ErrorNotice({ error }: { error: ApiError }) {
  const { refused, openDialog } = useApp();
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
