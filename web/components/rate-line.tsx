import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';

/** Claude warns that a limit is near: said as long as it is so. */
export function RateLine({ project }: { project: Project }) {
  const limit = project.view.value.rateLimit;
  if (limit?.status !== 'allowed_warning') return null;
  return <p class="rate-line">{strings.builder.rateWarning(limit.utilization, limit.resetsAt)}</p>;
}
