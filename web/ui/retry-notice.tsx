import { strings } from '../strings/strings.ts';

/** Says that something could not be loaded, with a button to try again. */
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
