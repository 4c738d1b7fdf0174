import type { AccountDetail } from '../../src/protocol/resources.ts';
import { useApp } from '../app/app-context.ts';
import { LimitFacts } from '../limits/limit-facts.tsx';
import { visitorLimit } from '../project/visitor-limit.ts';
import { Link } from '../router/link.tsx';
import { strings } from '../strings/strings.ts';
import { brokenSentence, connectionName } from './connection-name.ts';

const words = strings.account;

/** Turns as boxes, the used ones ticked; above 24, in words alone. */
function TurnBoxes({ used, limit, label }: { used: number; limit: number; label: string }) {
  return (
    <div class="trial-boxes">
      {limit <= 24 && (
        <span aria-hidden="true">
          {Array.from({ length: limit }, (_, index) => (
            <i key={index} class={index < used ? 'is-used' : ''} />
          ))}
        </span>
      )}
      <p>
        {label}, {words.left(Math.max(0, limit - used))}
      </p>
    </div>
  );
}

/** Who pays the next turn, how many turns are left, and Claude's limit. @param isBrief without the connection: the page shows it already */
export function PayerFacts({ me, isBrief = false }: { me: AccountDetail; isBrief?: boolean }) {
  const { payer, trial, hosted, connection, credits } = me;
  const limit = visitorLimit(me, useApp().project.value?.view.value ?? null);
  // What a credit is, with the operator's part, stands on the page of plans.
  const payerText = `${words.pays[payer] ?? payer} ${payer === 'credits' ? '' : words.price}`.trim();
  const facts = (
    <dl class="facts">
      {isBrief && (
        <>
          <dt>{words.payer}</dt>
          <dd>{payerText}</dd>
        </>
      )}
      {payer === 'trial' && (
        <>
          <dt>{words.trial}</dt>
          <dd>
            <TurnBoxes {...trial} label={words.trialUsed(trial.used, trial.limit)} />
          </dd>
        </>
      )}
      {payer === 'hosted' && hosted && (
        <>
          <dt>{words.hosted}</dt>
          <dd>
            <TurnBoxes {...hosted} label={words.hostedUsed(hosted.used, hosted.limit)} />
          </dd>
        </>
      )}
      {credits && (
        <>
          <dt>{strings.spending.line}</dt>
          <dd>
            <span title={strings.spending.exact(credits.total)}>{strings.spending.left(credits.total)}</span>{' '}
            {!isBrief && <Link to="/plans">{strings.creditPage.plans}</Link>}
          </dd>
        </>
      )}
      {connection && !isBrief && (
        <>
          <dt>{strings.connect.own}</dt>
          <dd>
            {strings.connect.connected(connectionName(connection), connection.since)}
            {connection.broken !== null && (
              <p class="notice">
                {strings.connect.broken} {brokenSentence(connection)}
              </p>
            )}
          </dd>
        </>
      )}
      {(connection || limit) && (
        <>
          <dt>{words.limit}</dt>
          <dd>
            <LimitFacts limit={limit} />
          </dd>
        </>
      )}
    </dl>
  );
  return isBrief ? (
    facts
  ) : (
    <>
      <p>{payerText}</p>
      {facts}
    </>
  );
}
