import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';

/** Milliseconds that a turn must have run before the offer appears: visitors wait for a short turn anyway. */
const OFFER_AFTER_MS = 8000;

/** Offers a notification for the end of a long turn. The browser's permission prompt follows a click only. */
export function NotifyOffer() {
  const { toasts } = useApp();
  const canAsk = useSignal('Notification' in globalThis && Notification.permission === 'default');
  const isDue = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      isDue.value = true;
    }, OFFER_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isDue]);
  if (!canAsk.value || !isDue.value) return null;
  const ask = async () => {
    const answer = await Notification.requestPermission();
    canAsk.value = answer === 'default';
    if (answer !== 'default') toasts.show(answer === 'granted' ? strings.notify.on : strings.notify.refused);
  };
  return (
    <button type="button" class="text-button" onClick={() => void ask()}>
      {strings.notify.offer}
    </button>
  );
}
