import { CircleUser, Keyboard, Share2 } from 'lucide';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { account, openDialog, refused } from '../app.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import { Link } from './link.tsx';
import { ProjectTitle } from './project-title.tsx';
import { Wordmark } from './wordmark.tsx';

const words = strings.builder;

function payerInWords({ connection, hosted, trial }: AccountDetail): string | null {
  if (connection?.broken) return words.brokenClaude;
  if (connection) return connection.kind === 'oauth' ? words.ownAccount : words.ownClaude(connection.label);
  const { used, limit } = hosted ?? trial ?? { used: 0, limit: 0 };
  const left = Math.max(0, limit - used);
  if (hosted) return words.hosted(left, limit);
  return trial && words.trial(left, limit);
}

/** Who pays the next turn; a press tells more, and offers to change it. */
function PayerButton() {
  const said = account.value && payerInWords(account.value);
  if (!said) return null;
  return (
    <button
      type="button"
      class="payer"
      aria-haspopup="dialog"
      onClick={() => {
        refused.value = null;
        openDialog.value = 'payer';
      }}
    >
      {said}
    </button>
  );
}

export function BuilderHeader({ project }: { project: Project }) {
  return (
    <header class="builder-head">
      <Link to="/" aria-label={strings.home}>
        <Wordmark isDrawing={project.running.value} />
      </Link>
      <div class="builder-name">
        <ProjectTitle project={project} />
        <PayerButton />
      </div>
      <IconButton
        node={Share2}
        name={strings.share.open}
        onClick={() => {
          openDialog.value = 'share';
        }}
      />
      <span class="keys-button">
        <IconButton
          node={Keyboard}
          name={strings.keys.open}
          aria-keyshortcuts="?"
          onClick={() => {
            openDialog.value = 'keys';
          }}
        />
      </span>
      <Link to="/account" class="icon-button" aria-label={words.account}>
        <Icon node={CircleUser} />
      </Link>
    </header>
  );
}
