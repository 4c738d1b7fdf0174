import { afterAll, beforeEach } from 'vitest';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';

/** Starts a simulator for the tests of a file; each begins without scripts and requests of the one before. */
export async function useSimulator(): Promise<Simulator> {
  const simulator = await startSimulator();
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.close());
  return simulator;
}
