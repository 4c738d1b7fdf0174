import './credit-line.css';
import type { CreditBalance, PlansDetail } from '../../src/protocol/credit-resources.ts';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { isLow, turnRange } from './turn-range.ts';

const words = strings.spending;

/** What the next turn may cost, and what is left: a quiet line, never in the way of sending. */
export function CreditLine({ project, total }: { project: Project; total: number }) {
  const { api, openDialog, refused } = useApp();
  const models = useFetched(api.models, project.id);
  const plans = useFetched(() => api.json<PlansDetail>('GET', '/api/plans'), project.id);
  const balance = useFetched(() => api.json<CreditBalance>('GET', '/api/account/credits'), total);
  const { earlier, turn } = project.view.value;
  const model =
    models.state === 'there' && models.value.find(({ id }) => id === (project.detail.value?.model ?? turn?.model));
  const prompt = project.outgoing.text.value;
  const turns = turn ? [...earlier, turn] : earlier;
  const range = model && plans.state === 'there' ? turnRange(turns, model, prompt.length, plans.value) : null;
  const left = balance.state === 'there' ? Math.max(0, balance.value.total - balance.value.held) : total;
  const low = isLow(left, range, balance.state === 'there' ? balance.value.daily.of : 0);
  return (
    <p class="credit-line quiet">
      {range && <span>{(range.isGuess ? words.guess : words.range)(range.low, range.high)}</span>}
      <button
        type="button"
        class={low ? 'text-button is-low' : 'text-button'}
        aria-haspopup="dialog"
        title={words.exact(left)}
        onClick={() => {
          refused.value = null;
          openDialog.value = low ? 'credits' : 'payer';
        }}
      >
        {low && <span>{words.low}: </span>}
        {words.left(left)}
      </button>
    </p>
  );
}
