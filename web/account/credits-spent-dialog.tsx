import type { CreditBalance } from '../../src/protocol/credit-resources.ts';
import { useApp } from '../app/app-context.ts';
import { RedeemForm } from '../credits/redeem-form.tsx';
import { Link } from '../router/link.tsx';
import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { useNow } from '../ui/use-now.ts';
import { ConnectClaude } from './connect-claude.tsx';

const words = strings.spending.spent;

/** Nothing is left: one's own Claude first, then more credits, then the hour at which new ones come. */
export function CreditsSpentDialog({ onClose }: { onClose(): void }) {
  const { account, api, openDialog, project, refused } = useApp();
  const now = useNow(true);
  const total = account.value?.credits?.total ?? 0;
  const balance = useFetched(() => api.json<CreditBalance>('GET', '/api/account/credits'), total);
  const error = refused.value?.error;
  const { needed, balance: left, reason } = error?.fields ?? {};
  const leave = () => {
    openDialog.value = null;
  };
  const goOn = () => {
    const prompt = refused.peek();
    leave();
    refused.value = null;
    const opened = project.peek();
    if (opened) opened.failure.value = null;
    prompt?.again();
  };
  return (
    <Dialog heading={words.heading} onClose={onClose}>
      {error && <p>{reason === 'kept' ? words.kept : strings.signIn.waits}</p>}
      {typeof needed === 'number' && typeof left === 'number' && <p>{words.needs(needed, left)}</p>}
      <section class="door">
        <h3>{words.own}</h3>
        <p>{words.ownLead}</p>
        <ConnectClaude />
      </section>
      <section class="door">
        <h3>{words.more}</h3>
        <p
          // Following the link leaves the page the dialog belongs to.
          onClickCapture={leave}
        >
          <Link to="/plans">{words.plans}</Link>
        </p>
        <RedeemForm onRedeemed={goOn} />
      </section>
      {balance.state === 'there' && <p>{words.tomorrow(balance.value.daily.resetsAt, now)}</p>}
      <p onClickCapture={leave}>
        <Link to="/account">{strings.account.open}</Link>
      </p>
    </Dialog>
  );
}
