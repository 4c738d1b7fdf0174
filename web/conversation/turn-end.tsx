import { useApp } from '../app/app-context.ts';
import type { Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { copyText } from '../ui/copy-text.ts';
import { Receipt } from './receipt.tsx';

const words = strings.turn;

/** Claude's words of a turn, without its tools. */
function answerOf(turn: Turn): string {
  return turn.steps
    .flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'text' ? [block.text.trim()] : [])))
    .join('\n\n');
}

interface Props {
  turn: Turn;
  /** Present where the same prompt may be sent once more. */
  onTryAgain?: (() => void) | undefined;
  /** Present where the prompt may be changed and sent anew. */
  onEdit?: (() => void) | undefined;
  /** Present where it was refused, and whoever reads may settle why. */
  onSettle?: (() => void) | undefined;
}

/** How a turn ended, and what it cost. */
export function TurnEnd({ turn, onTryAgain, onEdit, onSettle }: Props) {
  const { toasts } = useApp();
  const said = turn.error?.message ?? turn.exhausted?.message;
  const isPlain = turn.state === 'completed' && !said;
  const answer = answerOf(turn);
  return (
    <footer class={isPlain ? 'turn-end' : 'turn-end is-bad'}>
      {said && <p class={turn.error ? 'turn-error' : 'turn-error is-limit'}>{said}</p>}
      <div class="turn-sum">
        {!(said && turn.state === 'failed') && <span>{words.ended[turn.state] ?? turn.state}</span>}
        {turn.changed.length > 0 && <span>{words.changed(turn.changed.length)}</span>}
        {turn.counted === false && turn.payer === 'trial' && <span>{words.notCounted}</span>}
        {answer && (
          <button
            type="button"
            class="text-button"
            aria-label={strings.talk.copyAnswer}
            onClick={(event) => void copyText(answer, event.currentTarget, toasts)}
          >
            {strings.talk.copy}
          </button>
        )}
        {onEdit && (
          <button type="button" class="text-button" onClick={onEdit}>
            {strings.talk.edit}
          </button>
        )}
      </div>
      {onTryAgain && turn.state === 'failed' && (
        <button type="button" class="button" onClick={onTryAgain}>
          {strings.tryAgain}
        </button>
      )}
      {onSettle && (
        <button type="button" class="button" onClick={onSettle}>
          {strings.builder.settle}
        </button>
      )}
      {turn.receipt && <Receipt receipt={turn.receipt} />}
    </footer>
  );
}
