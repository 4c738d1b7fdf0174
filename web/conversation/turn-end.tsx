import { useApp } from '../app/app-context.ts';
import { ServerSentence } from '../app/server-sentence.tsx';
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
  isNewestTurn: boolean;
  /** Sends the same prompt once more. Undefined if that is not possible. */
  onTryAgain?: (() => void) | undefined;
  /** Puts the prompt back into the prompt box. Undefined if that is not possible. */
  onEdit?: (() => void) | undefined;
  /** Opens the way out of a refusal (sign in, connect Claude …). Undefined if the visitor cannot resolve it. */
  onResolve?: (() => void) | undefined;
}

/** Outcome of a turn: its end state or error, receipt and actions. */
export function TurnEnd({ turn, isNewestTurn, onTryAgain, onEdit, onResolve }: Props) {
  const { toasts } = useApp();
  const { error, exhausted } = turn;
  const isRefused = error?.code === 'refused';
  // The card of the newest turn's limit tells the reason and what to do.
  const told = error ?? (isNewestTurn ? null : exhausted && { code: 'credit_exhausted', ...exhausted });
  const isPlain = turn.state === 'completed' && !told;
  const ended = turn.state === 'stopped' && turn.changed.length === 0 ? words.stoppedEmpty : words.ended[turn.state];
  const answer = answerOf(turn);
  return (
    <footer class={isPlain ? 'turn-end' : 'turn-end is-bad'}>
      {told && (
        <p class={error ? 'turn-error' : 'turn-error is-limit'}>
          <ServerSentence told={told} />
        </p>
      )}
      <div class="turn-sum">
        {!(told && turn.state === 'failed') && <span>{ended ?? turn.state}</span>}
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
          <button type="button" class="text-button" aria-label={strings.talk.editAgain} onClick={onEdit}>
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
          {error?.code === 'credits_spent' ? strings.spending.spent?.more : strings.builder.settle}
        </button>
      )}
      {turn.receipt && <Receipt receipt={turn.receipt} />}
    </footer>
  );
}
