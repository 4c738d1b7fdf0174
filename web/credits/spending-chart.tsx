import type { CreditFilter } from '../api/credit-calls.ts';
import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { useModule } from '../ui/use-module.ts';
import { creditCallsOf, creditChangesOf } from './credit-calls-per-app.ts';
import { spendingByDay } from './spending-by-day.ts';

const words = strings.creditPage;

/** Days that the chart shows where no time is chosen. */
const shownDays = 30;
const dayMs = 86_400_000;

const loadPlot = () => import('./day-plot.tsx');

/** Credits by day, as a chart and as the table that it is drawn from. */
export function SpendingChart({ filter }: { filter: CreditFilter }) {
  const app = useApp();
  const changes = creditChangesOf(app).value;
  const isNarrowed = filter.from !== undefined || filter.to !== undefined;
  const sums = useFetched(
    () => creditCallsOf(app).summary('day', isNarrowed ? filter : { ...filter, from: Date.now() - shownDays * dayMs }),
    `${JSON.stringify(filter)} ${changes}`,
  );
  const days = sums.state === 'there' ? spendingByDay(sums.value) : [];
  const plot = useModule(loadPlot, days.length > 1);
  if (days.length < 2) return null;
  return (
    <figure class="credit-chart">
      <figcaption>{isNarrowed ? words.chart : words.chartOf(shownDays)}</figcaption>
      {plot.state === 'there' && <plot.module.DayPlot days={days} />}
      <details>
        <summary>{words.chartTable}</summary>
        <table class="credit-table">
          <thead>
            <tr>
              <th scope="col">{words.day}</th>
              <th scope="col">{words.turns}</th>
              <th scope="col" class="amount">
                {strings.spending.line}
              </th>
            </tr>
          </thead>
          <tbody>
            {days
              .filter(({ turns }) => turns > 0)
              .map(({ day, credits, turns }) => (
                <tr key={day}>
                  <td>{words.dayOf(day)}</td>
                  <td>{words.count(turns)}</td>
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
