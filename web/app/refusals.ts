import { type Signal, signal } from '@preact/signals';
import type { ApiError } from '../api/api-error.ts';

/** `review`: of the newest turn that cost credits, or of the named one. */
export type DialogName = 'keys' | 'share' | 'payer' | 'credits' | 'review' | `review ${string}`;

/** A prompt that was refused for a reason that its author can settle. */
export interface RefusedPrompt {
  error: ApiError;
  /** Sends it once more. */
  again(): void;
}

export interface RefusalsDeps {
  openDialog: Signal<DialogName | null>;
  loadAccount(): Promise<void>;
}

export interface Refusals {
  readonly refused: Signal<RefusedPrompt | null>;
  /** Opens the dialog in which a refusal can be settled; at Claude's limit reads the account anew. `again` sends the prompt once more. */
  askToSettle(error: ApiError, again: () => void): void;
}

/** Whether a refusal can be settled on this page: by a sign-in, a connection to Claude, credits, or a Turnstile challenge. */
export const canSettle = (code: string): boolean =>
  /^(sign_in|subscription|challenge)_required$|^(hosted_budget|credits)_spent$|^connection_broken$/.test(code);

export function createRefusals({ openDialog, loadAccount }: RefusalsDeps): Refusals {
  const refused = signal<RefusedPrompt | null>(null);
  return {
    refused,
    askToSettle: (error, again) => {
      const isLimit = error.code === 'credit_exhausted';
      if (!isLimit && !canSettle(error.code)) return;
      refused.value = { error, again };
      if (isLimit) void loadAccount();
      else openDialog.value = 'payer';
    },
  };
}
