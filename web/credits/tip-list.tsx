import { useSignal } from '@preact/signals';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { freshStartPath } from '../app/start-fresh.ts';
import { Link } from '../router/link.tsx';
import { sessionPath } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { StoredSet } from '../ui/stored-set.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { creditCallsOf } from './credit-calls-per-app.ts';
import { smallModel } from './small-model.ts';
import { type Tip, tipsOf } from './tips.ts';

const words = strings.creditPage.tips;

/** The tips that were followed or dismissed in this browser. */
const settled = new StoredSet('tips.away');

const keyOf = ({ kind, session }: Tip): string => `${kind} ${session}`;

/** How the account could use fewer credits, each with the press that does it. @param changes read anew when it changes */
export function TipList({ changes }: { changes: string }) {
  const app = useApp();
  const hidden = useSignal(settled.all());
  const failure = useSignal<ApiError | null>(null);
  const history = useFetched(() => creditCallsOf(app).history({}, null), changes);
  const tips = history.state === 'there' ? tipsOf(history.value.entries) : [];
  const shown = tips.filter((tip) => !hidden.value.includes(keyOf(tip)));
  if (shown.length === 0) return null;
  const { untitled } = strings.creditPage;
  const dismiss = (tip: Tip) => {
    settled.add(keyOf(tip));
    hidden.value = [...hidden.peek(), keyOf(tip)];
  };
  const act = async (tip: Tip, call: () => Promise<unknown>, done: string) => {
    failure.value = null;
    try {
      await call();
      app.toasts.show(done);
      dismiss(tip);
    } catch (error) {
      failure.value = toApiError(error);
    }
  };
  const useSmallModel = (tip: Tip) => act(tip, () => app.api.chooseModel(tip.session, smallModel), words.smallerDone);
  const startFresh = (tip: Tip) =>
    act(tip, () => app.api.json('POST', freshStartPath(tip.session), {}), words.startedFresh);
  return (
    <>
      <h3>{words.heading}</h3>
      <ul class="account-lines">
        {shown.map((tip) => (
          <li key={keyOf(tip)}>
            <span class="line-words">
              {tip.kind === 'fresh'
                ? words.fresh(tip.title || untitled, tip.share)
                : words.smaller(tip.title || untitled, tip.model, tip.outputTokens)}{' '}
              <Link to={sessionPath(tip.session)}>{words.open}</Link>
            </span>
            {tip.kind === 'fresh' && (
              <button type="button" class="text-button" onClick={() => void startFresh(tip)}>
                {words.startFresh}
              </button>
            )}
            {tip.kind === 'smaller' && (
              <button type="button" class="text-button" onClick={() => void useSmallModel(tip)}>
                {words.useSmaller}
              </button>
            )}
            <button type="button" class="text-button" onClick={() => dismiss(tip)}>
              {words.dismiss}
            </button>
          </li>
        ))}
      </ul>
      {failure.value && <ErrorNotice error={failure.value} />}
    </>
  );
}
