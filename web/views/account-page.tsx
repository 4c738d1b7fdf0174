import { useEffect } from 'preact/hooks';
import { account } from '../app.ts';
import { DemoNote } from '../components/demo-note.tsx';
import { LanguageChoice } from '../components/language-choice.tsx';
import { Link } from '../components/link.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { strings } from '../strings.ts';

/** Who one is here, and who pays. */
export function AccountPage() {
  const me = account.value;
  useEffect(() => {
    document.title = `${strings.account.heading} · ${strings.name}`;
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <Link to="/" aria-label={strings.home}>
          <Wordmark />
        </Link>
      </header>
      <main class="page-body">
        <h1>{strings.account.heading}</h1>
        {!me && <p role="status">{strings.account.loading}</p>}
        {me && (
          <>
            <p>{me.kind === 'visitor' ? strings.account.visitor : strings.account.user}</p>
            <dl class="facts">
              {me.trial && (
                <>
                  <dt>{strings.account.trial}</dt>
                  <dd>{strings.builder.trial(me.trial.used, me.trial.limit)}</dd>
                </>
              )}
              <dt>{strings.account.connection}</dt>
              <dd>
                {me.connection
                  ? strings.account.connected(me.connection.label, me.connection.since)
                  : strings.account.noConnection}
              </dd>
            </dl>
          </>
        )}
        <LanguageChoice />
        <DemoNote />
      </main>
    </div>
  );
}
