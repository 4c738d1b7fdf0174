import { isOnline } from '../api/network.ts';
import type { Project } from '../project/project.ts';
import { toolTitle } from '../strings/server-sentences.ts';
import { strings } from '../strings/strings.ts';
import { useModule } from '../ui/use-module.ts';

const loadOffer = () => import('./notify-offer.tsx');

function statusText(project: Project): string {
  if (!isOnline.value) return strings.news.offline;
  if (project.link.value === 'reconnecting') return strings.builder.reconnecting;
  const activity = project.activity.value;
  if (activity.kind === 'tool') return toolTitle(activity);
  return activity.kind === 'idle' ? '' : strings.turn.activity(activity);
}

/** The agent's current activity in words, or the loss of the connection. */
export function StatusLine({ project }: { project: Project }) {
  const isRunning = project.running.value;
  const offer = useModule(loadOffer, isRunning);
  return (
    <div class={isRunning ? 'status is-running' : 'status'}>
      <p role="status">{statusText(project)}</p>
      {isRunning && offer.state === 'there' && <offer.module.NotifyOffer />}
    </div>
  );
}
