import { CircleUser, Keyboard, Share2 } from 'lucide';
import { account, openDialog } from '../app.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import { Link } from './link.tsx';
import { ProjectTitle } from './project-title.tsx';
import { Wordmark } from './wordmark.tsx';

const words = strings.builder;

export function BuilderHeader({ project }: { project: Project }) {
  const me = account.value;
  return (
    <header class="builder-head">
      <Link to="/" aria-label={strings.home}>
        <Wordmark isDrawing={project.running.value} />
      </Link>
      <ProjectTitle project={project} />
      {me?.trial && <span class="trial">{words.trial(me.trial.used, me.trial.limit)}</span>}
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
