import type { Frame, Page } from 'playwright-core';
import type { MemoryProject } from '../preview/memory-project.ts';
import { type PreviewHarness, waitFor } from './preview-harness.ts';

/** A project's preview on a page of the harness. */
export interface ShownProject {
  tab: Page;
  /** The newest frame of the preview. */
  frame(): Frame;
  /** Errors of the page and of the app in Chromium's console. */
  consoleErrors: string[];
  /** Tells the frame swapper of changed files, as a new revision. */
  update(changed: string[]): Promise<void>;
}

/** Shows a project on a new page, and waits until it has painted. @param before a script that runs in the frame before its document's own */
export async function showProject(
  harness: PreviewHarness,
  project: MemoryProject,
  before?: string,
): Promise<ShownProject> {
  const { url, origin } = harness.open(project);
  const tab = await harness.openPage();
  if (before !== undefined) await tab.addInitScript(before);
  const consoleErrors: string[] = [];
  tab.on('console', (message) => message.type() === 'error' && consoleErrors.push(message.text()));
  tab.on('pageerror', (error) => consoleErrors.push(error.message));
  await tab.evaluate(`stage.show(${JSON.stringify(url)}, ${project.revision})`);
  await waitFor(tab, 'shown', `data === ${project.revision}`);
  return {
    tab,
    consoleErrors,
    frame() {
      const frame = tab.frames().findLast((one) => one.url().startsWith(origin));
      if (!frame) throw new Error('There is no frame.');
      return frame;
    },
    async update(changed) {
      project.revision += 1;
      const change = JSON.stringify({ paths: changed, hot: false });
      await tab.evaluate(`stage.update(${project.revision - 1}, ${project.revision}, ${change})`);
    },
  };
}
