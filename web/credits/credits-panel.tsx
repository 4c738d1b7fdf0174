import './credits.css';
import { useSignal } from '@preact/signals';
import { useApp } from '../app/app-context.ts';
import { Link } from '../router/link.tsx';
import { strings } from '../strings/strings.ts';
import { RetryNotice } from '../ui/retry-notice.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { BalancePanel } from './balance-panel.tsx';
import { creditCallsOf, creditChangesOf } from './credit-calls-per-app.ts';
import { HistoryPanel } from './history-panel.tsx';
import { RedeemForm } from './redeem-form.tsx';
import { TipList } from './tip-list.tsx';

const words = strings.creditPage;

/** The credits of the account: what is there, how to get more, what they went to, and how to use fewer. */
export function CreditsPanel({ total }: { total: number }) {
  const app = useApp();
  const calls = creditCallsOf(app);
  const retries = useSignal(0);
  const changes = `${total} ${creditChangesOf(app).value}`;
  const balance = useFetched(calls.balance, `${changes} ${retries.value}`);
  if (balance.state === 'loading') return <p role="status">{words.loading}</p>;
  if (balance.state === 'failed')
    return (
      <RetryNotice
        text={words.failed}
        onRetry={() => {
          retries.value += 1;
        }}
      />
    );
  return (
    <>
      <BalancePanel balance={balance.value} />
      <RedeemForm />
      <p>
        <Link to="/plans">{words.plans}</Link>
      </p>
      <TipList changes={changes} />
      <h3>{words.history}</h3>
      <HistoryPanel changes={changes} />
    </>
  );
}
