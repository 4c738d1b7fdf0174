import type { AccountDetail } from '../../src/protocol/resources.ts';
import { connectionInWords } from '../account/connection-words.ts';
import { strings } from '../strings.ts';

const words = strings.account;

/** Turns as boxes on a sheet: those that are used are ticked off. */
function Boxes({ used, limit, said }: { used: number; limit: number; said: string }) {
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
        {said}, {words.left(Math.max(0, limit - used))}
      </p>
    </div>
  );
}

function Limit({ limit }: { limit: AccountDetail['rateLimit'] }) {
  if (!limit || (limit.utilization === null && limit.resetsAt === null)) return <p>{words.limitFree}</p>;
  return (
    <p>
      {limit.utilization !== null && words.limitUsed(limit.utilization)}{' '}
      {limit.resetsAt !== null && words.limitResets(limit.resetsAt)}
    </p>
  );
}

/** Who pays the next turn, how many there are, and what is known of Claude's limit. Brief: without what is connected. */
export function PayerFacts({ me, isBrief = false }: { me: AccountDetail; isBrief?: boolean }) {
  const { payer, trial, hosted, connection } = me;
  return (
    <dl class="facts">
      <dt>{words.payer}</dt>
      <dd>
        {words.pays[payer] ?? payer} {words.price}
      </dd>
      {payer === 'trial' && trial && (
        <>
          <dt>{words.trial}</dt>
          <dd>
            <Boxes {...trial} said={words.trialUsed(trial.used, trial.limit)} />
          </dd>
        </>
      )}
      {payer === 'hosted' && hosted && (
        <>
          <dt>{words.hosted}</dt>
          <dd>
            <Boxes {...hosted} said={words.hostedUsed(hosted.used, hosted.limit)} />
          </dd>
        </>
      )}
      {connection && (
        <>
          {!isBrief && (
            <>
              <dt>{strings.connect.own}</dt>
              <dd>
                {strings.connect.connected(connectionInWords(connection), connection.since)}
                {connection.broken !== null && (
                  <p class="notice">
                    {strings.connect.broken} {connection.broken}
                  </p>
                )}
              </dd>
            </>
          )}
          <dt>{words.limit}</dt>
          <dd>
            <Limit limit={me.rateLimit} />
          </dd>
        </>
      )}
    </dl>
  );
}
