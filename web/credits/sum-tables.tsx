import type { ComponentChildren } from 'preact';
import type { CreditSum } from '../../src/protocol/credit-resources.ts';
import type { CreditFilter } from '../api/credit-calls.ts';
import { useApp } from '../app/app-context.ts';
import { Link } from '../router/link.tsx';
import { sessionPath } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { creditCallsOf } from './credit-calls-per-app.ts';
import { foldedSums } from './folded-sums.ts';

const words = strings.creditPage;

interface Props {
  heading: string;
  sums: readonly CreditSum[];
  nameOf(sum: CreditSum): ComponentChildren;
}

function SumTable({ heading, sums, nameOf }: Props) {
  const { shown, others, count } = foldedSums(sums);
  const row = (key: string, name: ComponentChildren, { turns, credits }: Pick<CreditSum, 'turns' | 'credits'>) => (
    <tr key={key}>
      <th scope="row">{name}</th>
      <td class="amount">{words.count(turns)}</td>
      <td class="amount" title={strings.spending.exact(credits)}>
        {strings.spending.credits(credits)}
      </td>
    </tr>
  );
  return (
    <table class="credit-table">
      <thead>
        <tr>
          <th scope="col">{heading}</th>
          <th scope="col" class="amount">
            {words.turns}
          </th>
          <th scope="col" class="amount">
            {strings.spending.line}
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((sum) => row(sum.key, nameOf(sum), sum))}
        {others && row('', words.others(count), others)}
      </tbody>
    </table>
  );
}

/** What the projects and the models of a time have cost, the dearest first. @param changes read anew when it changes */
export function SumTables({ filter, changes }: { filter: CreditFilter; changes: string }) {
  const calls = creditCallsOf(useApp());
  const key = `${JSON.stringify(filter)} ${changes}`;
  const sessions = useFetched(() => calls.summary('session', filter), key);
  const models = useFetched(() => calls.summary('model', filter), key);
  if (sessions.state !== 'there' || models.state !== 'there' || sessions.value.length === 0) return null;
  return (
    <div class="credit-sums">
      <SumTable
        heading={words.project}
        sums={sessions.value}
        nameOf={({ key: session, title }) => <Link to={sessionPath(session)}>{title || words.untitled}</Link>}
      />
      <SumTable heading={words.model} sums={models.value} nameOf={({ key: model }) => model} />
    </div>
  );
}
