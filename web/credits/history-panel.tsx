import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { CreditSum } from '../../src/protocol/credit-resources.ts';
import type { CreditFilter } from '../api/credit-calls.ts';
import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { creditCallsOf } from './credit-calls-per-app.ts';
import { EntryList } from './entry-list.tsx';
import { SpendingChart } from './spending-chart.tsx';
import { SumTables } from './sum-tables.tsx';

const words = strings.creditPage;

interface ChoiceProps {
  label: string;
  all: string;
  sums: readonly CreditSum[];
  nameOf(sum: CreditSum): string;
  onChoose(key: string): void;
}

function Choice({ label, all, sums, nameOf, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <label for={id}>
      {label}{' '}
      <select id={id} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{all}</option>
        {sums.map((sum) => (
          <option key={sum.key} value={sum.key}>
            {words.choice(nameOf(sum), sum.credits)}
          </option>
        ))}
      </select>
    </label>
  );
}

const none: readonly CreditSum[] = [];

/** What credits were given, spent and given back: by day, by project, by model, and entry by entry. @param changes read anew when it changes */
export function HistoryPanel({ changes }: { changes: string }) {
  const calls = creditCallsOf(useApp());
  const filter = useSignal<CreditFilter>({});
  const sessions = useFetched(() => calls.summary('session'), changes);
  const models = useFetched(() => calls.summary('model'), changes);
  const choose = (field: 'session' | 'model', value: string) => {
    const { [field]: _, ...rest } = filter.peek();
    filter.value = value === '' ? rest : { ...rest, [field]: value };
  };
  const chooseDay = (field: 'from' | 'to', value: string) => {
    const { [field]: _, ...rest } = filter.peek();
    // The day that is named last is in it.
    const day = new Date(`${value}T00:00`);
    if (field === 'to') day.setDate(day.getDate() + 1);
    // Nothing is older than UNIX time.
    filter.value = value === '' ? rest : { ...rest, [field]: Math.max(0, day.getTime()) };
  };
  return (
    <>
      <form class="credit-filter" onSubmit={(event) => event.preventDefault()}>
        <Choice
          label={words.project}
          all={words.allProjects}
          sums={sessions.state === 'there' ? sessions.value : none}
          nameOf={({ title }) => title || words.untitled}
          onChoose={(value) => choose('session', value)}
        />
        <Choice
          label={words.model}
          all={words.allModels}
          sums={models.state === 'there' ? models.value : none}
          nameOf={({ key }) => key}
          onChoose={(value) => choose('model', value)}
        />
        {(['from', 'to'] as const).map((field) => (
          <label key={field}>
            {words[field]} <input type="date" onChange={(event) => chooseDay(field, event.currentTarget.value)} />
          </label>
        ))}
      </form>
      <SpendingChart filter={filter.value} changes={changes} />
      <SumTables filter={filter.value} changes={changes} />
      <EntryList filter={filter.value} changes={changes} />
    </>
  );
}
