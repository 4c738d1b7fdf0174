import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import type { GrowthCase } from './growth-case.ts';

/** What is asked of the worker: a run of one case at one size. */
export interface GrowthRun {
  name: string;
  chars: number;
}

/** The answer: steps, or microseconds of CPU time; and what ran, as `<path> <function>`, where steps are counted. */
export interface GrowthAnswer {
  amount: number;
  ran: string[];
}

/** The answer where the case threw. */
export interface GrowthFailure {
  failed: string;
}

const root = new URL('../../', import.meta.url).href;
const countsSteps = workerData === 'steps';
const session = new Session();

function post(method: string, params?: object): unknown {
  let answer: unknown;
  session.post(method, params, (error: Error | null, result: unknown) => {
    if (error) throw error;
    answer = result;
  });
  return answer;
}

interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[];
}

// V8 counts blocks only in what it compiles from now on.
if (countsSteps) {
  session.connect();
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
}
const { growthCases } = (await import('./growth-cases.ts')) as { growthCases: readonly GrowthCase[] };

async function countSteps(run: () => unknown): Promise<GrowthAnswer> {
  await run();
  // Since the last run: what prepares this one is counted too.
  const { result } = post('Profiler.takePreciseCoverage') as Coverage;
  let amount = 0;
  const ran: string[] = [];
  for (const { url, functions } of result) {
    if (url === import.meta.url || url.startsWith('node:')) continue;
    for (const { functionName, ranges } of functions) {
      for (const { count } of ranges) amount += count;
      if ((ranges[0]?.count ?? 0) > 0 && functionName !== '' && url.startsWith(root))
        ran.push(`${url.slice(root.length)} ${functionName}`);
    }
  }
  return { amount, ran };
}

async function measureCpu(run: () => unknown): Promise<GrowthAnswer> {
  const before = process.threadCpuUsage();
  await run();
  const { user, system } = process.threadCpuUsage(before);
  return { amount: user + system, ran: [] };
}

parentPort?.on('message', async ({ name, chars }: GrowthRun) => {
  const found = growthCases.find((one) => one.name === name);
  if (!found) throw new Error(`There is no case ${name}.`);
  const run = found.prepare(chars);
  const answer = (countsSteps ? countSteps(run) : measureCpu(run)).catch((error) => ({ failed: String(error) }));
  parentPort?.postMessage(await answer);
});
