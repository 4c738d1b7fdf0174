import { strings } from '../strings/strings.ts';

/** What could not be loaded, with the way to ask for it once more. */
export function RetryNotice({ text, onRetry }: { text: string; onRetry(): void }) {
  return (
    <p class="notice" role="alert">
      {text}{' '}
      <button type="button" class="text-button" onClick={onRetry}>
        {strings.tryAgain}
      </button>
    </p>
  );
}
