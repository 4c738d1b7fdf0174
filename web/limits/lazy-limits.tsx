import './limits.css';
import type { ApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ownLimit } from '../project/own-limit.ts';
import type { Project } from '../project/project.ts';
import type { Turn } from '../project/view.ts';
import { useModule } from '../ui/use-module.ts';

/** Where the parts stand that show what Claude says of limits. Each is loaded when there is something to show. */

const loadMeter = () => import('./limit-meter.tsx');
const loadWall = () => import('./limit-overlay-view.tsx');
const loadRetry = () => import('./retry-line.tsx');
const loadRefusal = () => import('./limit-refusal.tsx');
const loadDemo = () => import('./demo-limits.tsx');

function usePart<T>(load: () => Promise<T>, isWanted: boolean): T | null {
  const loaded = useModule(load, isWanted);
  return loaded.state === 'there' ? loaded.module : null;
}

/** @param project null on a page that shows none */
export function LazyLimitMeter({ project }: { project: Project | null }) {
  const limit = ownLimit(useApp().account.value, project?.view.value ?? null);
  const part = usePart(loadMeter, limit !== null && limit.status !== 'allowed');
  return part && <part.LimitMeter project={project} />;
}

export function LazyLimitOverlay({ project }: { project: Project }) {
  const { account } = useApp();
  const isExhausted = project.view.value.turn?.exhausted != null;
  const part = usePart(loadWall, isExhausted || account.value?.rateLimit?.status === 'rejected');
  return part && <part.LimitOverlay project={project} />;
}

export function LazyRetryLine({ retry }: { retry: Turn['retry'] }) {
  const part = usePart(loadRetry, retry !== null);
  return part && retry && <part.RetryLine retry={retry} />;
}

export function LazyLimitRefusal({ error }: { error: ApiError }) {
  const part = usePart(loadRefusal, true);
  return part && <part.LimitRefusal error={error} />;
}

export function LazyDemoLimits({ project }: { project: Project }) {
  const part = usePart(loadDemo, useApp().account.value?.demo === true);
  return part && <part.DemoLimits project={project} />;
}
