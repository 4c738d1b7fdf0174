import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { type ApiError, toApiError } from '../api/api-error.ts';

interface Attempts {
  /** What the page is waiting for, or null. */
  busyMessage: ReadonlySignal<string | null>;
  /** Runs an action unless another one runs. After a success the page stays busy: it leaves, or the place is taken away. */
  attempt(message: string, action: () => Promise<void>): Promise<void>;
}

/** One attempt at a time to sign in or to prove who one is. @param failure gets the error of the last one */
export function useAttempt(failure: Signal<ApiError | null>): Attempts {
  const busyMessage = useSignal<string | null>(null);
  return {
    busyMessage,
    async attempt(message, action) {
      if (busyMessage.value !== null) return;
      busyMessage.value = message;
      failure.value = null;
      try {
        await action();
      } catch (error) {
        failure.value = toApiError(error);
        busyMessage.value = null;
      }
    },
  };
}
