import type { ApiError } from '../api/api-error.ts';
import { strings } from '../strings/strings.ts';
import { useApp } from './app-context.ts';
import { ServerSentence } from './server-sentence.tsx';

/** The sentence of a failed call. Claude's limit (`credit_exhausted`) has a view of its own: `limits/send-failure.tsx`. */
export function ErrorNotice({ error }: { error: ApiError }) {
  const { refused, openDialog } = useApp();
  return (
    <p class="notice" role="alert">
      {error.lead} <ServerSentence told={{ ...error, message: error.detail }} />{' '}
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
