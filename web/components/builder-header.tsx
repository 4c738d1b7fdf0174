import { account } from '../app.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
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
      <Link to="/account">{words.account}</Link>
    </header>
  );
}
