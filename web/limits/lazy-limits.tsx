// Loaders of the limit components: each is loaded once it has something to show.

import './limits.css';
import type { ApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import type { Turn } from '../project/view.ts';
import { visitorLimit } from '../project/visitor-limit.ts';
import { useModule } from '../ui/use-module.ts';

const loadMeter = () => import('./limit-meter.tsx');
const loadOverlay = () => import('./limit-overlay.tsx');
const loadRetry = () => import('./api-retry-line.tsx');
const loadRefusal = () => import('./limit-refusal.tsx');
const loadDemo = () => import('./demo-limits.tsx');

function useLoadedModule<T>(load: () => Promise<T>, isWanted: boolean): T | null {
  const loaded = useModule(load, isWanted);
  return loaded.state === 'there' ? loaded.module : null;
}

/** @param project null on a page without one */
export function LazyLimitMeter({ project }: { project: Project | null }) {
  const limit = visitorLimit(useApp().account.value, project?.view.value ?? null);
  const module = useLoadedModule(loadMeter, limit !== null && limit.status !== 'allowed');
  return module && <module.LimitMeter project={project} />;
}

export function LazyLimitOverlay({ project }: { project: Project }) {
  const { account } = useApp();
  const isExhausted = project.view.value.turn?.exhausted != null;
  const isRejected = account.value?.rateLimit?.status === 'rejected';
  // Only a visitor's project has an end, of which the overlay tells in time.
  const hasEnd = !!project.detail.value?.expiresAt;
  const module = useLoadedModule(loadOverlay, isExhausted || isRejected || hasEnd);
  return module && <module.LimitOverlay project={project} />;
}

export function LazyApiRetryLine({ retry }: { retry: Turn['retry'] }) {
  const module = useLoadedModule(loadRetry, retry !== null);
  return module && retry && <module.ApiRetryLine retry={retry} />;
}

export function LazyLimitRefusal({ error }: { error: ApiError }) {
  const module = useLoadedModule(loadRefusal, true);
  return module && <module.LimitRefusal error={error} />;
}

export function LazyDemoLimits({ project }: { project: Project }) {
  const module = useLoadedModule(loadDemo, useApp().account.value?.demo === true);
  return module && <module.DemoLimits project={project} />;
}
