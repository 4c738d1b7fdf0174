import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { creditCallsOf, creditChangesOf } from './credit-calls-per-app.ts';

const words = strings.creditPage;

/** Redeems a promo code. @param onRedeemed called once the credits are there */
export function RedeemForm({ onRedeemed = () => undefined }: { onRedeemed?(): void }) {
  const app = useApp();
  const id = useId();
  const code = useSignal('');
  const failure = useSignal<ApiError | null>(null);
  const isSending = useSignal(false);
  const redeem = async (event: Event) => {
    event.preventDefault();
    if (isSending.peek() || code.peek().trim() === '') return;
    isSending.value = true;
    failure.value = null;
    try {
      const { of } = await creditCallsOf(app).redeem(code.peek());
      code.value = '';
      app.toasts.show(words.redeemed(of));
      creditChangesOf(app).value += 1;
      await app.loadAccount();
      onRedeemed();
    } catch (error) {
      failure.value = toApiError(error);
    } finally {
      isSending.value = false;
    }
  };
  return (
    <form class="connect" onSubmit={(event) => void redeem(event)}>
      <label for={id}>{words.code}</label>
      <p class="connect-line">
        <input
          id={id}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={64}
          value={code.value}
          onInput={(event) => {
            code.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button" disabled={isSending.value || code.value.trim() === ''}>
          {words.redeem}
        </button>
      </p>
      {failure.value && <ErrorNotice error={failure.value} />}
    </form>
  );
}
