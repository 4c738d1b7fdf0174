import './credits.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PlansDetail } from '../../src/protocol/credit-resources.ts';
import { useApp } from '../app/app-context.ts';
import { Link } from '../router/link.tsx';
import { strings } from '../strings/strings.ts';
import { RetryNotice } from '../ui/retry-notice.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { Wordmark } from '../ui/wordmark.tsx';
import { creditCallsOf } from './credit-calls-per-app.ts';

const words = strings.plans;

function PlanCard({ plan, isOwn }: { plan: PlansDetail['plans'][number]; isOwn: boolean }) {
  const { name, monthUsd, yearUsd, dailyCredits, monthlyCredits, models, projects, sandboxSleepSeconds, customHosts } =
    plan;
  return (
    <li class="plan">
      <h3>{name}</h3>
      <p class="plan-price">{words.price(monthUsd, yearUsd)}</p>
      {isOwn && <p class="plan-own">{words.yours}</p>}
      <ul>
        {dailyCredits > 0 && <li>{words.daily(dailyCredits)}</li>}
        {monthlyCredits > 0 && <li>{words.monthly(monthlyCredits)}</li>}
        <li>{models.includes('*') ? words.everyModel : words.models(models.join(', '))}</li>
        <li>{words.projects(projects)}</li>
        <li>{words.sandbox(sandboxSleepSeconds)}</li>
        {customHosts > 0 && <li>{words.hosts(customHosts)}</li>}
      </ul>
    </li>
  );
}

function PlanFacts({ answer }: { answer: PlansDetail }) {
  const { account } = useApp();
  const { bundles, creditUsd, markupPercent, payments, plans } = answer;
  return (
    <>
      <section>
        <h2>{words.own}</h2>
        <p>{words.ownLead}</p>
        <p>
          <Link to="/account">{words.connect}</Link>
        </p>
      </section>
      <section>
        <h2>{words.table}</h2>
        <ul class="plan-cards">
          {plans.map((plan) => (
            <PlanCard key={plan.id} plan={plan} isOwn={account.value?.plan === plan.id} />
          ))}
        </ul>
        <p>{words.flat}</p>
        {!payments && <p>{words.noPayments}</p>}
      </section>
      {bundles.length > 0 && (
        <section>
          <h2>{words.bundles}</h2>
          <ul>
            {bundles.map(({ id, credits, usd }) => (
              <li key={id}>{words.bundle(credits, usd)}</li>
            ))}
          </ul>
          <p>{words.bundlesLead}</p>
        </section>
      )}
      <section>
        <h2>{words.cost}</h2>
        <p>{words.costIs(creditUsd, markupPercent)}</p>
        <p>{words.order}</p>
      </section>
      <section>
        <h2>{words.well}</h2>
        <ol>
          {words.wellLines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      </section>
      <section>
        <h2>{words.earn}</h2>
        <p>{words.earnLead}</p>
        <p>
          <Link to="/account">{words.account}</Link>
        </p>
      </section>
    </>
  );
}

/** Who pays for what: one's own Claude first, then plans and credits. */
export function PlansPage() {
  const app = useApp();
  const retries = useSignal(0);
  const plans = useFetched(creditCallsOf(app).plans, retries.value);
  useEffect(() => {
    document.title = `${words.title} · ${strings.name}`;
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <Link to="/" aria-label={strings.home}>
          <Wordmark />
        </Link>
        <Link to="/account">{strings.account.heading}</Link>
      </header>
      <main class="page-body plans">
        <h1>{words.title}</h1>
        <p>{words.lead}</p>
        {plans.state === 'loading' && <p role="status">{words.loading}</p>}
        {plans.state === 'there' && <PlanFacts answer={plans.value} />}
        {plans.state === 'failed' &&
          (plans.error.code === 'not_found' ? (
            <p>{words.none}</p>
          ) : (
            <RetryNotice
              text={words.failed}
              onRetry={() => {
                retries.value += 1;
              }}
            />
          ))}
      </main>
    </div>
  );
}
