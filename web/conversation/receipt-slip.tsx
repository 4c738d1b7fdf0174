import type { EventData } from '../../src/protocol/events.ts';
import { strings } from '../strings/strings.ts';

const words = strings.receipt;

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
  return (
    <dl class="slip">
      {rowsOf(receipt).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div class="slip-sum">
        <dt>{words.price}</dt>
        <dd>
          {strings.turn.usd(receipt.usd)} <span>{words.markup}</span>
        </dd>
      </div>
    </dl>
  );
}
