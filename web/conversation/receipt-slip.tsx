import type { EventData } from '../../src/protocol/events.ts';
import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';

const words = strings.receipt;
const { spending } = strings;

/** What the account's credits paid, by bucket, the operator's markup included. */
function CreditRows({ total, split, markupPercent }: NonNullable<EventData<'usage'>['credits']>) {
  const parts = Object.entries(split).flatMap(([bucket, amount]) =>
    typeof amount === 'number' && amount > 0 ? [{ bucket, amount }] : [],
  );
  return (
    <>
      {parts.length > 1 &&
        parts.map(({ bucket, amount }) => (
          <div key={bucket}>
            <dt>{spending.buckets[bucket] ?? bucket}</dt>
            <dd title={spending.exact(amount)}>{spending.credits(amount)}</dd>
          </div>
        ))}
      <div class="slip-sum">
        <dt>{parts.length === 1 ? (spending.buckets[parts[0]?.bucket ?? ''] ?? spending.line) : spending.line}</dt>
        <dd title={spending.exact(total)}>
          {total === 0 ? spending.returned : spending.credits(total)} <span>{spending.markup(markupPercent)}</span>
        </dd>
      </div>
    </>
  );
}

function rowsOf(receipt: EventData<'usage'>): [name: string, value: string][] {
  const { payer, model, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = receipt;
  const { steps, firstTokenMs, durationMs } = receipt;
  return [
    [words.payer, words.payers[payer] ?? payer],
    [words.model, model],
    [words.input, words.count(inputTokens)],
    ...(cacheReadTokens > 0 ? [[words.cached, words.count(cacheReadTokens)] as [string, string]] : []),
    ...(cacheWriteTokens > 0 ? [[words.stored, words.count(cacheWriteTokens)] as [string, string]] : []),
    [words.output, words.count(outputTokens)],
    ...(steps === undefined ? [] : [[words.steps, words.count(steps)] as [string, string]]),
    ...(firstTokenMs === undefined ? [] : [[words.first, words.seconds(firstTokenMs)] as [string, string]]),
    ...(durationMs === undefined ? [] : [[words.whole, words.seconds(durationMs)] as [string, string]]),
  ];
}

/** Token usage, price and payer of a turn. */
export function ReceiptSlip({ receipt }: { receipt: EventData<'usage'> }) {
  const { openDialog } = useApp();
  return (
    <dl class="slip">
      {rowsOf(receipt).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div class={receipt.credits ? '' : 'slip-sum'}>
        <dt>{words.price}</dt>
        <dd>
          {strings.turn.usd(receipt.usd)} {!receipt.credits && <span>{words.markup}</span>}
        </dd>
      </div>
      {receipt.credits && <CreditRows {...receipt.credits} />}
      {(receipt.credits?.total ?? 0) > 0 && (
        <div>
          <dt class="visually-hidden">{strings.reviews.heading}</dt>
          <dd>
            <button
              type="button"
              class="text-button"
              aria-haspopup="dialog"
              onClick={() => {
                openDialog.value = `review ${receipt.turn}`;
              }}
            >
              {strings.reviews.dialog}
            </button>
          </dd>
        </div>
      )}
    </dl>
  );
}
