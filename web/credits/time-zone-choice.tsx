import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { CreditBalance } from '../../src/protocol/credit-resources.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { serverNow } from '../api/server-clock.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { creditCallsOf, creditChangesOf } from './credit-calls-per-app.ts';

const words = strings.creditPage;

/** The zone at whose midnight daily credits are reset; the browser's own is proposed where it is another one. */
export function TimeZoneChoice({ balance: { nextTimeZone, timeZone } }: { balance: CreditBalance }) {
  const app = useApp();
  const id = useId();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const current = nextTimeZone ?? timeZone;
  const chosen = useSignal(nextTimeZone === null ? own : current);
  const failure = useSignal<ApiError | null>(null);
  /** When a zone that was refused can be chosen. UNIX milliseconds. */
  const again = useSignal<number | null>(null);
  const zones = [...new Set([current, own, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  const change = async (event: Event) => {
    event.preventDefault();
    failure.value = null;
    again.value = null;
    try {
      const { from } = await creditCallsOf(app).setTimeZone(chosen.value);
      creditChangesOf(app).value += 1;
      app.toasts.show(words.zoneFrom(from));
    } catch (error) {
      const refusal = toApiError(error);
      const { retryAfter } = refusal.fields;
      failure.value = refusal;
      if (typeof retryAfter === 'number') again.value = serverNow() + retryAfter * 1000;
    }
  };
  return (
    <details>
      <summary>{words.zone(timeZone)}</summary>
      {nextTimeZone !== null && nextTimeZone !== timeZone && <p>{words.zoneNext(nextTimeZone)}</p>}
      <form class="typed" onSubmit={(event) => void change(event)}>
        <label for={id}>{words.zoneLabel}</label>
        <p class="connect-line">
          <select
            id={id}
            value={chosen.value}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {zones.map((zone) => (
              <option key={zone} value={zone}>
                {zone === own ? words.zoneOwn(zone) : zone}
              </option>
            ))}
          </select>
          <button type="submit" class="button" disabled={chosen.value === current}>
            {words.zoneChange}
          </button>
        </p>
        <p class="quiet">{words.zoneHint}</p>
      </form>
      {failure.value && <ErrorNotice error={failure.value} />}
      {again.value !== null && <p>{words.zoneAgain(again.value)}</p>}
    </details>
  );
}
