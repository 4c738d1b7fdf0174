import { useApp } from '../app/app-context.ts';
import type { Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { copyText } from '../ui/copy-text.ts';
import { Receipt } from './receipt.tsx';

const words = strings.turn;

/** Claude's text in a turn, without thinking and tools. */
function answerOf(turn: Turn): string {
  return turn.steps
    .flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'text' ? [block.text.trim()] : [])))
    .join('\n\n');
}

interface Props {
  turn: Turn;
  /** Sends the same prompt once more. Undefined if that is not possible. */
  onTryAgain?: (() => void) | undefined;
  /** Puts the prompt back into the prompt box. Undefined if that is not possible. */
  onEdit?: (() => void) | undefined;
  /** Opens the way out of a refusal (sign in, connect Claude …). Undefined if the visitor cannot resolve it. */
  onResolve?: (() => void) | undefined;
}

/** Outcome of a turn: its end state or error, receipt and actions. */
export function TurnEnd({ turn, onTryAgain, onEdit, onResolve }: Props) {
  const { toasts } = useApp();
  const isRefused = turn.error?.code === 'refused';
  const message = isRefused ? words.refused : (turn.error?.message ?? turn.exhausted?.message);
  const isPlain = turn.state === 'completed' && !message;
  const answer = answerOf(turn);
  return (
    <footer class={isPlain ? 'turn-end' : 'turn-end is-bad'}>
      {message && <p class={turn.error ? 'turn-error' : 'turn-error is-limit'}>{message}</p>}
      <div class="turn-sum">
        {!(message && turn.state === 'failed') && <span>{words.ended[turn.state] ?? turn.state}</span>}
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
        {onEdit && !isRefused && (
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
      {onEdit && isRefused && (
        <button type="button" class="button" onClick={onEdit}>
          {words.rephrase}
        </button>
      )}
      {onResolve && (
        <button type="button" class="button" onClick={onResolve}>
          {strings.builder.settle}
        </button>
      )}
      {turn.receipt && <Receipt receipt={turn.receipt} />}
    </footer>
  );
}
