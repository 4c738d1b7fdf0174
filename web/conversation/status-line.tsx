import { isOnline } from '../api/network.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { NotifyOffer } from './notify-offer.tsx';

function statusText(project: Project): string {
  if (!isOnline.value) return strings.news.offline;
  if (project.link.value === 'reconnecting') return strings.builder.reconnecting;
  const activity = project.activity.value;
  return activity.kind === 'idle' ? '' : strings.turn.activity(activity);
}

/** The agent's current activity in words, or the loss of the connection. */
export function StatusLine({ project }: { project: Project }) {
  const isRunning = project.running.value;
  return (
    <div class={isRunning ? 'status is-running' : 'status'}>
      <p role="status">{statusText(project)}</p>
      {isRunning && <NotifyOffer />}
    </div>
  );
}
