import type { Project } from '../project/project.ts';
import { useModule } from '../ui/use-module.ts';

const load = () => import('./queue-list.tsx');

/** The queue of prompts, loaded with the first one. */
export function LazyQueue({ project }: { project: Project }) {
  const count = project.view.value.queue.length + project.outgoing.held.value.length;
  const list = useModule(load, count > 0);
  return count > 0 && list.state === 'there' ? <list.module.QueueList project={project} /> : null;
}
