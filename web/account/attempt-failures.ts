import { signal } from '@preact/signals';
import type { ApiError } from '../api/api-error.ts';
import { statePerApp } from '../app/state-per-app.ts';

/** Why the last attempt failed, here or at another site; null after a success. Shown wherever the attempt can be made again. */
export const attemptFailuresOf = statePerApp(() => ({
  signIn: signal<ApiError | null>(null),
  connect: signal<ApiError | null>(null),
}));
