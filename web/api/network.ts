import { type ReadonlySignal, signal } from '@preact/signals';

const state = signal(navigator.onLine);

/** Whether the browser reports a network connection. */
export const isOnline: ReadonlySignal<boolean> = state;

for (const name of ['online', 'offline'] as const) {
  addEventListener(name, () => {
    state.value = name === 'online';
  });
}
