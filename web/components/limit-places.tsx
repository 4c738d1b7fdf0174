import '../styles/limit.css';
import { account } from '../app.ts';
import type { ApiError } from '../state/api-error.ts';
import { ownLimit } from '../state/own-limit.ts';
import type { Project } from '../state/project.ts';
import type { Turn } from '../state/view.ts';
import { useModule } from './use-module.ts';

/** Where the parts stand that show what Claude says of limits. Each is loaded when there is something to show. */

const loadMeter = () => import('./limit-meter.tsx');
const loadWall = () => import('./limit-wall.tsx');
const loadRetry = () => import('./retry-line.tsx');
const loadRefusal = () => import('./limit-refusal.tsx');
const loadDemo = () => import('./demo-limits.tsx');

/** @param project null on a page that shows none */
export function LimitMeterPlace({ project }: { project: Project | null }) {
  const limit = ownLimit(account.value, project?.view.value ?? null);
  const loaded = useModule(loadMeter, limit !== null && limit.status !== 'allowed');
  return loaded.state === 'there' ? <loaded.module.LimitMeter project={project} /> : null;
}

export function LimitWallPlace({ project }: { project: Project }) {
  const { turn } = project.view.value;
  const loaded = useModule(loadWall, turn?.exhausted != null || account.value?.rateLimit?.status === 'rejected');
  return loaded.state === 'there' ? <loaded.module.LimitWall project={project} /> : null;
}

export function RetryPlace({ retry }: { retry: Turn['retry'] }) {
  const loaded = useModule(loadRetry, retry !== null);
  return retry && loaded.state === 'there' ? <loaded.module.RetryLine retry={retry} /> : null;
}

export function LimitRefusalPlace({ error }: { error: ApiError }) {
  const loaded = useModule(loadRefusal, true);
  return loaded.state === 'there' ? <loaded.module.LimitRefusal error={error} /> : null;
}

export function DemoLimitsPlace({ project }: { project: Project }) {
  const isDemo = account.value?.demo === true;
  const loaded = useModule(loadDemo, isDemo);
  return isDemo && loaded.state === 'there' ? <loaded.module.DemoLimits project={project} /> : null;
}
