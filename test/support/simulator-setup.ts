import type { TestProject } from 'vitest/node';
import { startSimulator } from '../claude-simulator/simulator.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Base URL of the simulator that tests in workerd share; each binds its scripts to a unique text. */
    simulatorUrl: string;
  }
}

/** Starts one simulator for the tests in workerd, which reach it over HTTP only. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const simulator = await startSimulator();
  project.provide('simulatorUrl', simulator.url);
  return simulator.close;
}
