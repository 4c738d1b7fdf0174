import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { useModule } from '../ui/use-module.ts';

const load = () => import('./credit-line.tsx');

/** Loaded where credits pay: who has a Claude of their own sees no meter. */
export function LazyCreditLine({ project }: { project: Project }) {
  const credits = useApp().account.value?.credits;
  const line = useModule(load, !!credits);
  return credits && line.state === 'there' ? <line.module.CreditLine project={project} total={credits.total} /> : null;
}
