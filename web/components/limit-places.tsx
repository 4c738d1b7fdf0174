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

function usePart<T>(load: () => Promise<T>, isWanted: boolean): T | null {
  const loaded = useModule(load, isWanted);
  return loaded.state === 'there' ? loaded.module : null;
}

/** @param project null on a page that shows none */
export function LimitMeterPlace({ project }: { project: Project | null }) {
  const limit = ownLimit(account.value, project?.view.value ?? null);
  const part = usePart(loadMeter, limit !== null && limit.status !== 'allowed');
  return part && <part.LimitMeter project={project} />;
}

export function LimitWallPlace({ project }: { project: Project }) {
  const isExhausted = project.view.value.turn?.exhausted != null;
  const part = usePart(loadWall, isExhausted || account.value?.rateLimit?.status === 'rejected');
  return part && <part.LimitWall project={project} />;
}

export function RetryPlace({ retry }: { retry: Turn['retry'] }) {
  const part = usePart(loadRetry, retry !== null);
  return part && retry && <part.RetryLine retry={retry} />;
}

export function LimitRefusalPlace({ error }: { error: ApiError }) {
  const part = usePart(loadRefusal, true);
  return part && <part.LimitRefusal error={error} />;
}

export function DemoLimitsPlace({ project }: { project: Project }) {
  const part = usePart(loadDemo, account.value?.demo === true);
  return part && <part.DemoLimits project={project} />;
}
