type Job = () => void;

/** Milliseconds of work at a time if the browser does not tell its idle time: half a frame. */
const SLICE_MS = 8;

/** Newest last. The newest runs first: a reader looks at the end of a log. */
const jobs: Job[] = [];
let isDue = false;

async function work(idle?: IdleDeadline): Promise<void> {
  const end = performance.now() + Math.max(SLICE_MS, idle?.timeRemaining() ?? 0);
  while (jobs.length > 0 && performance.now() < end) {
    jobs.pop()?.();
    // Renders that a job causes run in a microtask; they count as its work.
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
 * Runs a job when the browser is idle, the newest job first.
 *
 * @param isLast whether the job runs only after all others
 * @returns cancels the job
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
