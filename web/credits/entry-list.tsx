import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { CreditEntry } from '../../src/protocol/credit-resources.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import type { CreditFilter } from '../api/credit-calls.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { Link } from '../router/link.tsx';
import { sessionPath } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { FetchedList } from '../ui/fetched-list.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { creditCallsOf } from './credit-calls-per-app.ts';

const words = strings.creditPage;

/** Model, tokens, and the buckets with what came from each, or went to it. */
function factsOf({ model, split, tokens }: CreditEntry): string {
  const parts = Object.entries(split).filter(([, part]) => part !== 0);
  const bucketName = (bucket: string) => strings.spending.buckets[bucket] ?? bucket;
  const facts = [
    model,
    tokens && words.tokens(tokens.input + tokens.cacheRead + tokens.cacheWrite, tokens.output),
    ...parts.map(([bucket, part]) => (parts.length > 1 ? words.part(bucketName(bucket), part) : bucketName(bucket))),
  ];
  return facts.filter(Boolean).join(' · ');
}

function Entry({ entry }: { entry: CreditEntry }) {
  const { at, kind, amount, session, title, why } = entry;
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
        {why && ` (${why})`}
        <div class="quiet">{factsOf(entry)}</div>
      </td>
      <td class="amount" title={strings.spending.exact(amount)}>
        {words.amount(amount)}
      </td>
    </tr>
  );
}

/** What has changed the balance, newest first; older entries are loaded by a press. @param changes read anew when it changes */
export function EntryList({ filter, changes }: { filter: CreditFilter; changes: string }) {
  const app = useApp();
  const calls = creditCallsOf(app);
  const retries = useSignal(0);
  const more = useSignal<{ entries: CreditEntry[]; next: string | null } | null>(null);
  const failure = useSignal<ApiError | null>(null);
  const key = `${JSON.stringify(filter)} ${changes} ${retries.value}`;
  const shownKey = useRef(key);
  shownKey.current = key;
  const first = useFetched(async () => {
    const page = await calls.history(filter, null);
    more.value = null;
    return [page];
  }, key);
  const loadMore = async (cursor: string) => {
    failure.value = null;
    try {
      const page = await calls.history(filter, cursor);
      // Another filter was chosen meanwhile.
      if (shownKey.current !== key) return;
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
