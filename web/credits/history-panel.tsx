import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { CreditEntry, CreditSum } from '../../src/protocol/credit-resources.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import type { CreditFilter } from '../api/credit-calls.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { Link } from '../router/link.tsx';
import { sessionPath } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { FetchedList } from '../ui/fetched-list.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { creditCallsOf, creditChangesOf } from './credit-calls-per-app.ts';
import { SpendingChart } from './spending-chart.tsx';

const words = strings.creditPage;

function Entry({ entry }: { entry: CreditEntry }) {
  const { at, kind, amount, model, session, split, title, tokens, why } = entry;
  const parts = Object.entries(split).filter(([, part]) => part !== 0);
  return (
    <tr>
      <td>{words.at(at)}</td>
      <td>
        {words.entryKinds[kind] ?? kind}
        {session && (
          <>
            {': '}
            <Link to={sessionPath(session)}>{title || words.untitled}</Link>
          </>
        )}
        {why && <span class="quiet"> {why}</span>}
        {(model || tokens) && (
          <span class="quiet">
            {' '}
            {model}
            {tokens && ` · ${words.tokens(tokens.input + tokens.cacheRead + tokens.cacheWrite, tokens.output)}`}
          </span>
        )}
        {parts.length > 1 && (
          <span class="quiet">
            {' '}
            {parts.map(([bucket, part]) => words.part(strings.spending.buckets[bucket] ?? bucket, part)).join(' · ')}
          </span>
        )}
      </td>
      <td class="amount" title={strings.spending.exact(amount)}>
        {words.amount(amount)}
      </td>
    </tr>
  );
}

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

/** The page's entries, newest first, and those that were loaded after them. */
function Entries({ filter }: { filter: CreditFilter }) {
  const app = useApp();
  const calls = creditCallsOf(app);
  const retries = useSignal(0);
  const more = useSignal<{ entries: CreditEntry[]; next: string | null } | null>(null);
  const failure = useSignal<ApiError | null>(null);
  const key = `${JSON.stringify(filter)} ${creditChangesOf(app).value} ${retries.value}`;
  const first = useFetched(async () => {
    more.value = null;
    const page = await calls.history(filter, null);
    return [page];
  }, key);
  const loadMore = async (cursor: string) => {
    failure.value = null;
    try {
      const page = await calls.history(filter, cursor);
      more.value = { entries: [...(more.peek()?.entries ?? []), ...page.entries], next: page.next };
    } catch (error) {
      failure.value = toApiError(error);
    }
  };
  return (
    <FetchedList
      list={first}
      loading={words.loading}
      failed={words.failed}
      onRetry={() => {
        retries.value += 1;
      }}
    >
      {([page]) => {
        const entries = [...(page?.entries ?? []), ...(more.value?.entries ?? [])];
        const next = more.value ? more.value.next : (page?.next ?? null);
        if (entries.length === 0) return <p>{words.empty}</p>;
        return (
          <>
            <table class="credit-table">
              <caption class="visually-hidden">{words.history}</caption>
              <thead>
                <tr>
                  <th scope="col">{words.when}</th>
                  <th scope="col">{words.what}</th>
                  <th scope="col" class="amount">
                    {strings.spending.line}
                  </th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </tbody>
            </table>
            {failure.value && <ErrorNotice error={failure.value} />}
            <p class="dialog-actions">
              {next !== null && (
                <button type="button" class="button" onClick={() => void loadMore(next)}>
                  {words.older}
                </button>
              )}
              <a href={calls.csvUrl(filter)} download>
                {words.csv}
              </a>
            </p>
          </>
        );
      }}
    </FetchedList>
  );
}

/** What credits were given, spent and given back: by day as a chart and a table, and entry by entry. */
export function HistoryPanel() {
  const app = useApp();
  const calls = creditCallsOf(app);
  const filter = useSignal<CreditFilter>({});
  const changes = creditChangesOf(app).value;
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
    filter.value = value === '' ? rest : { ...rest, [field]: day.getTime() };
  };
  return (
    <>
      <SpendingChart filter={filter.value} />
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
      <Entries filter={filter.value} />
    </>
  );
}
