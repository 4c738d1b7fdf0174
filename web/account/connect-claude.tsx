import './account.css';
import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';
import { ConnectKey } from './connect-key.tsx';
import { ConnectOAuth } from './connect-oauth.tsx';

const words = strings.connect;

/** The ways to connect one's own Claude: OAuth (if the operator has configured it) and an API key. */
export function ConnectClaude() {
  const me = useApp().account.value;
  if (me?.demo) return <p class="quiet">{words.demo}</p>;
  return (
    <>
      {me?.oauth && (
        <>
          <ConnectOAuth />
          <p class="other-way">{words.orKey}</p>
        </>
      )}
      <p>{words.lead}</p>
      <ConnectKey />
      {me?.kind === 'visitor' && <p class="quiet">{words.here}</p>}
    </>
  );
}
