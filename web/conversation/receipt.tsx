import type { EventData } from '../../src/protocol/events.ts';
import { strings } from '../strings/strings.ts';
import { useModule } from '../ui/use-module.ts';

const words = strings.receipt;

const loadSlip = () => import('./receipt-slip.tsx');

/** Token usage, price and payer of a turn, folded into one line. */
export function Receipt({ receipt }: { receipt: EventData<'usage'> }) {
  const slip = useModule(loadSlip, true);
  const { credits } = receipt;
  const price = credits ? strings.spending.credits?.(credits.total) : strings.turn.usd(receipt.usd);
  return (
    <details class="receipt">
      <summary>
        {words.open} <span class="quiet">{price}</span>
        {receipt.durationMs !== undefined && <span class="quiet"> · {words.seconds(receipt.durationMs)}</span>}
      </summary>
      {slip.state === 'there' && <slip.module.ReceiptSlip receipt={receipt} />}
    </details>
  );
}
