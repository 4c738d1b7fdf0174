import type { CreditFilter } from '../api/credit-calls.ts';
import { serverNow } from '../api/server-clock.ts';
import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { useModule } from '../ui/use-module.ts';
import { creditCallsOf } from './credit-calls-per-app.ts';
import { dayMs, localStart, type SpendingDay, spendingByDay } from './spending-by-day.ts';

const words = strings.creditPage;

/** Days that the chart shows where no time is chosen: today is the last. */
const shownDays = 30;

const none: readonly SpendingDay[] = [];

const loadPlot = () => import('./day-plot.tsx');

/** Credits by day, as a chart and as the table that it is drawn from. @param changes read anew when it changes */
export function SpendingChart({ filter, changes }: { filter: CreditFilter; changes: string }) {
  const calls = creditCallsOf(useApp());
  const isNarrowed = filter.from !== undefined || filter.to !== undefined;
  const fetched = useFetched(
    async () => {
      const to = serverNow();
      const from = (Math.floor(to / dayMs) - shownDays + 1) * dayMs;
      const sums = await calls.summary('day', isNarrowed ? filter : { ...filter, from });
      return spendingByDay(sums, isNarrowed ? undefined : { from, to });
    },
    `${JSON.stringify(filter)} ${changes}`,
  );
  const days = fetched.state === 'there' ? fetched.value : none;
  const plot = useModule(loadPlot, days.length > 1);
  if (days.length === 0) return null;
  return (
    <figure class="credit-chart">
      <figcaption>{isNarrowed ? words.chart : words.chartOf(shownDays)}</figcaption>
      {days.length > 1 && (
        <div class="day-plot" aria-hidden="true">
          {plot.state === 'there' && <plot.module.DayPlot days={days} />}
        </div>
      )}
      <details>
        <summary>{words.chartTable}</summary>
        <table class="credit-table">
          <thead>
            <tr>
              <th scope="col">{words.day}</th>
              <th scope="col" class="amount">
                {words.turns}
              </th>
              <th scope="col" class="amount">
                {strings.spending.line}
              </th>
            </tr>
          </thead>
          <tbody>
            {days
              .filter(({ turns }) => turns > 0)
              .map(({ key, credits, turns }) => (
                <tr key={key}>
                  <th scope="row">{words.dayOf(localStart(key))}</th>
                  <td class="amount">{words.count(turns)}</td>
                  <td class="amount" title={strings.spending.exact(credits)}>
                    {strings.spending.credits(credits)}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
