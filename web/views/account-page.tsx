import { useEffect } from 'preact/hooks';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { account, accountFailed, loadAccount } from '../app.ts';
import { DemoNote } from '../components/demo-note.tsx';
import { LanguageChoice } from '../components/language-choice.tsx';
import { Link } from '../components/link.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { strings } from '../strings.ts';

const words = strings.account;
const more = strings.accountMore;

/** The trial turns as boxes on a sheet: those that are used are ticked off. */
function Trial({ used, limit }: { used: number; limit: number }) {
  const left = Math.max(0, limit - used);
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
        {strings.builder.trial(used, limit)}, {more.left(left)}
      </p>
    </div>
  );
}

function Limit({ limit }: { limit: AccountDetail['rateLimit'] }) {
  if (!limit) return <p>{more.limitFree}</p>;
  return (
    <p>
      {limit.utilization !== null && more.limitUsed(limit.utilization)}{' '}
      {limit.resetsAt !== null && more.limitResets(limit.resetsAt)}
      {limit.utilization === null && limit.resetsAt === null && more.limitFree}
    </p>
  );
}

function Facts({ me }: { me: AccountDetail }) {
  return (
    <>
      <p>{me.kind === 'visitor' ? `${words.visitor} ${more.motion}` : words.user}</p>
      <dl class="facts">
        {me.trial && (
          <>
            <dt>{words.trial}</dt>
            <dd>
              <Trial {...me.trial} />
            </dd>
          </>
        )}
        <dt>{words.connection}</dt>
        <dd>{me.connection ? words.connected(me.connection.label, me.connection.since) : words.noConnection}</dd>
        <dt>{more.limitsHeading}</dt>
        <dd>
          <Limit limit={me.rateLimit} />
        </dd>
        <dt>{more.models}</dt>
        <dd>{more.pays}</dd>
      </dl>
    </>
  );
}

/** Who one is here, and who pays. */
export function AccountPage() {
  const me = account.value;
  useEffect(() => {
    document.title = `${words.heading} · ${strings.name}`;
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <Link to="/" aria-label={strings.home}>
          <Wordmark />
        </Link>
        <Link to="/">{more.projects}</Link>
      </header>
      <main class="page-body">
        <h1>{words.heading}</h1>
        {!me && !accountFailed.value && <p role="status">{words.loading}</p>}
        {!me && accountFailed.value && (
          <p class="notice" role="alert">
            {more.failed}{' '}
            <button type="button" class="text-button" onClick={() => void loadAccount()}>
              {strings.tryAgain}
            </button>
          </p>
        )}
        {me && <Facts me={me} />}
        {(me || accountFailed.value) && <LanguageChoice />}
        <DemoNote />
      </main>
    </div>
  );
}
