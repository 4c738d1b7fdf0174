import type { CreditBalance } from '../../src/protocol/credit-resources.ts';
import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';
import { useNow } from '../ui/use-now.ts';
import { TimeZoneChoice } from './time-zone-choice.tsx';

const words = strings.creditPage;

function Amount({ of }: { of: number }) {
  return <span title={strings.spending.exact(of)}>{strings.spending.credits(of)}</span>;
}

function LeftOf({ left, of }: { left: number; of: number }) {
  return <span title={strings.spending.exact(left)}>{words.leftOf(left, of)}</span>;
}

/** The balance by bucket, in the order in which it is spent. */
export function BalancePanel({ balance }: { balance: CreditBalance }) {
  const { account } = useApp();
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
          <LeftOf left={daily.left} of={daily.of} />
          <p class="quiet">{words.resets(daily.resetsAt, now, timeZone)}</p>
        </dd>
        {subscription && (
          <>
            <dt>{words.subscription(account.value?.subscription?.name ?? subscription.plan)}</dt>
            <dd>
              <LeftOf left={subscription.left} of={subscription.of} />
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
                    <LeftOf left={left} of={of} />
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
