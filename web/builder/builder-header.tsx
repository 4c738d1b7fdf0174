import { CircleUser, Keyboard, Share2 } from 'lucide';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { useApp } from '../app/app-context.ts';
import { LazyLimitMeter } from '../limits/lazy-limits.tsx';
import type { Project } from '../project/project.ts';
import { Link } from '../router/link.tsx';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import { ProjectTitle } from './project-title.tsx';

const words = strings.builder;

function payerLabel({ connection, credits, hosted, trial }: AccountDetail): string {
  if (connection?.broken) return words.brokenClaude;
  if (connection) return connection.kind === 'oauth' ? words.ownAccount : words.ownClaude(connection.label);
  if (credits) return words.credits(Math.floor(credits.total * 100) / 100);
  const { used, limit } = hosted ?? trial;
  const left = Math.max(0, limit - used);
  return hosted ? words.hosted(left, limit) : words.trial(left, limit);
}

/** Names the payer of the next turn. Opens the dialog with the details, in which the payer can be changed. */
function PayerButton() {
  const { account, openDialog, refused } = useApp();
  const label = account.value && payerLabel(account.value);
  if (!label) return null;
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
      {label}
    </button>
  );
}

export function BuilderHeader({ project }: { project: Project }) {
  const { openDialog } = useApp();
  return (
    <header class="builder-head">
      <Link to="/" aria-label={strings.home}>
        <Wordmark isDrawing={project.running.value} />
      </Link>
      <div class="builder-name">
        <ProjectTitle project={project} />
        <PayerButton />
      </div>
      <LazyLimitMeter project={project} />
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
