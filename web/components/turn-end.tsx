import type { Turn } from '../state/view.ts';
import { strings } from '../strings.ts';

const words = strings.turn;

function Receipt({ turn }: { turn: Turn }) {
  const { receipt } = turn;
  if (!receipt) return null;
  const input = receipt.inputTokens + receipt.cacheReadTokens + receipt.cacheWriteTokens;
  return (
    <details class="receipt">
      <summary>
        {words.receipt} <span class="quiet">{words.usd(receipt.usd)}</span>
      </summary>
      <p>
        {words.paidBy(receipt.payer)}. {receipt.model}. {words.tokens(input, receipt.outputTokens)},{' '}
        {words.usd(receipt.usd)}.
      </p>
    </details>
  );
}

interface Props {
  turn: Turn;
  /** Present where the same prompt may be sent once more. */
  onTryAgain?: (() => void) | undefined;
}

/** How a turn ended, and what it cost. */
export function TurnEnd({ turn, onTryAgain }: Props) {
  const said = turn.error?.message ?? turn.exhausted?.message;
  const isPlain = turn.state === 'completed' && !said;
  return (
    <footer class={isPlain ? 'turn-end' : 'turn-end is-bad'}>
      {said && <p class="turn-error">{said}</p>}
      <p class="turn-sum">
        {!(said && turn.state === 'failed') && <span>{words.ended[turn.state] ?? turn.state}</span>}
        {turn.changed.length > 0 && <span>{words.changed(turn.changed.length)}</span>}
        {turn.counted === false && turn.payer === 'trial' && <span>{words.notCounted}</span>}
      </p>
      {onTryAgain && turn.state === 'failed' && (
        <button type="button" class="button" onClick={onTryAgain}>
          {strings.tryAgain}
        </button>
      )}
      <Receipt turn={turn} />
    </footer>
  );
}
