type Job = () => void;

/** Milliseconds of work in one go where the browser does not say how long it has time: a frame has sixteen. */
const SLICE_MS = 8;

/** Newest last: what stands at the end of a log is what is looked at. */
const jobs: Job[] = [];
let isDue = false;

async function work(idle?: IdleDeadline): Promise<void> {
  const end = performance.now() + Math.max(SLICE_MS, idle?.timeRemaining() ?? 0);
  while (jobs.length > 0 && performance.now() < end) {
    jobs.pop()?.();
    // What a job changes is drawn in a microtask of its own: that is part of the work.
    await null;
  }
  isDue = jobs.length > 0;
  if (isDue) schedule();
}

function schedule(): void {
  isDue = true;
  if ('requestIdleCallback' in globalThis) requestIdleCallback((idle) => void work(idle), { timeout: 200 });
  else setTimeout(() => void work(), 16);
}

/**
 * Runs a job when the browser has time, the newest first.
 *
 * @param isLast only when there is nothing else to do
 * @returns takes the job back
 */
export function whenIdle(job: Job, isLast = false): () => void {
  if (isLast) jobs.unshift(job);
  else jobs.push(job);
  if (!isDue) schedule();
  return () => {
    const at = jobs.indexOf(job);
    if (at >= 0) jobs.splice(at, 1);
  };
}
