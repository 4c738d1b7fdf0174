import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';

/** What the agent is doing now, in words. */
export function StatusLine({ project }: { project: Project }) {
  const isReconnecting = project.link.value === 'reconnecting';
  const activity = project.activity.value;
  const words = strings.turn.activity(activity);
  return (
    <p class={project.running.value ? 'status is-running' : 'status'} role="status">
      {isReconnecting ? strings.builder.reconnecting : activity.kind === 'idle' ? '' : words}
    </p>
  );
}
