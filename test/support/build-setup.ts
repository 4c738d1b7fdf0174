import type { TestProject } from 'vitest/node';
import { buildAll } from '../../scripts/build.ts';

/** Builds what is older than its sources, before the tests and before each run in watch mode. */
export default async function setup(project: TestProject): Promise<void> {
  await buildAll();
  project.onTestsRerun(buildAll);
}
