import type { CreditBalance } from '../../src/protocol/credit-resources.ts';
import { strings } from '../strings/strings.ts';
import { useNow } from '../ui/use-now.ts';
import { TimeZoneChoice } from './time-zone-choice.tsx';

const words = strings.creditPage;

function Amount({ of }: { of: number }) {
  return <span title={strings.spending.exact(of)}>{strings.spending.credits(of)}</span>;
}

/** The balance by bucket, in the order in which it is spent. */
export function BalancePanel({ balance }: { balance: CreditBalance }) {
  const now = useNow(true);
  const { total, held, daily, subscription, bonus, timeZone } = balance;
  return (
    <>
      <p class="credit-total">
        <Amount of={total} />
        {held > 0 && <span class="quiet"> {words.held(held)}</span>}
      </p>
      <dl class="facts">
        <dt>{words.daily}</dt>
        <dd>
          {words.leftOf(daily.left, daily.of)}
          <p class="quiet">{words.resets(daily.resetsAt, now, timeZone)}</p>
        </dd>
        {subscription && (
          <>
            <dt>{words.subscription}</dt>
            <dd>
              {words.leftOf(subscription.left, subscription.of)}
              <p class="quiet">
                {subscription.renewsAt === null ? words.noRenewal : words.renews(subscription.renewsAt)}
              </p>
            </dd>
          </>
        )}
        <dt>{words.bonus}</dt>
        <dd>
          {bonus.grants.length === 0 && words.noBonus}
          {bonus.grants.length > 0 && (
            <ul class="account-lines">
              {bonus.grants.map(({ id, kind, left, of, why, expiresAt }) => (
                <li key={id}>
                  <span class="line-words">
                    {words.leftOf(left, of)}
                    <span class="quiet">
                      {words.kinds[kind] ?? kind}
                      {why !== '' && `: ${why}`}
                      {expiresAt !== null && ` · ${words.expires(expiresAt)}`}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </dd>
      </dl>
      <TimeZoneChoice balance={balance} />
    </>
  );
}
