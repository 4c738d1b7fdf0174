import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

/** In a process of its own: in Vitest's, libraries would be bundled as they are for development. */
async function build(): Promise<void> {
  const { NODE_ENV, ...env } = process.env;
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../scripts/build.ts')], { env });
}

/** Builds what is older than its sources, before the tests and before each run in watch mode. */
export default async function setup(project: TestProject): Promise<void> {
  await build();
  project.onTestsRerun(build);
}
