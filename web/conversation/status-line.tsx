import { isOnline } from '../api/network.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { NotifyOffer } from './notify-offer.tsx';

function wordsOf(project: Project): string {
  if (!isOnline.value) return strings.news.offline;
  if (project.link.value === 'reconnecting') return strings.builder.reconnecting;
  const activity = project.activity.value;
  return activity.kind === 'idle' ? '' : strings.turn.activity(activity);
}

/** What the agent is doing now, in words; or that the network is away. */
export function StatusLine({ project }: { project: Project }) {
  const isRunning = project.running.value;
  return (
    <div class={isRunning ? 'status is-running' : 'status'}>
      <p role="status">{wordsOf(project)}</p>
      {isRunning && <NotifyOffer />}
    </div>
  );
}
